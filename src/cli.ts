#!/usr/bin/env node
/** `passalong …`, or `npm run cli -- …`: the command line (cli/run.ts). */
import { runCli } from './cli/run.ts'

await runCli()
