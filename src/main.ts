/** `npm start`: the server (server/run.ts). */
import { flushCompileCache } from 'node:module'
import { runServer } from './server/run.ts'

await runServer()
// Written now, not at the end: a killed server's next start is quick too.
flushCompileCache()
