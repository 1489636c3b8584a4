/** The command line, told what to do by the process's arguments (commands stand in cli/program.ts). */
import { type Texts, textsFor } from '#locales/texts.ts'
import { loadEnvironmentFile, readConfig } from '../config.ts'
import { terminalLocale } from '../terminal-locale.ts'
import { CliError } from './cli-error.ts'
import type { Scene } from './commands.ts'
import { connect, remoteOf } from './connect.ts'
import type { Desk } from './desk.ts'
import { createProgram, type SceneOptions } from './program.ts'
import { createProgress } from './progress.ts'
import { verdict } from './verdict.ts'

async function play(
  texts: Texts,
  { json = false, as }: SceneOptions,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const connection = await connect({ env: process.env, as })
  const interrupted = (): void => {
    void connection.close().finally(() => process.exit(130))
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    await act({
      connection,
      texts,
      json,
      print: (line) => console.log(line),
      remark: (line) => console.error(line),
    })
  } finally {
    await connection.close()
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}

/** Ctrl-C ends the work at its next step, so that it leaves nothing half made; a second one ends the process. */
async function work(
  texts: Texts,
  { json = false }: SceneOptions,
  act: (desk: Desk) => Promise<void>,
): Promise<void> {
  if (remoteOf(process.env, texts)) throw new CliError(texts('cli.onlyLocal'), 2)
  let ended = false
  const end = (): void => {
    ended = true
  }
  const progress = createProgress()
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    await act({
      config: readConfig(process.env),
      texts,
      json,
      progress,
      goOn(how) {
        if (ended) throw new CliError(texts(how))
      },
      print: (line) => console.log(line),
      remark: (line) => console.error(line),
    })
  } finally {
    progress.clear()
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

async function doctor(texts: Texts, json: boolean): Promise<boolean> {
  const { runDoctor } = await import('./doctor.ts')
  return runDoctor({ env: process.env, texts, json, print: (line) => console.log(line) })
}

export async function runCli(): Promise<void> {
  loadEnvironmentFile(process.cwd())
  const texts = textsFor(terminalLocale(process.env))
  const program = createProgram({
    texts,
    play: (options, act) => play(texts, options, act),
    work: (options, act) => work(texts, options, act),
    doctor: (json) => doctor(texts, json),
  })
  try {
    await program.parseAsync()
  } catch (error) {
    const { text, status } = verdict(error, texts)
    if (text) console.error(text)
    process.exitCode = status
  }
}
