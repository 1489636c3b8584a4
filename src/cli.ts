#!/usr/bin/env node
/** `passalong …`, or `npm run cli -- …`: the command line (cli/run.ts). */
import { keepCompiled } from './server/compile-cache.ts'

keepCompiled()
const { runCli } = await import('./cli/run.ts')
await runCli()
