#!/usr/bin/env node
/** `npm run chat`: the conversation in a terminal or a pipe (chat/run.ts). */
import { runChat } from './chat/run.ts'

await runChat()
