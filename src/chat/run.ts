/** The terminal of the conversation: somebody sits at it, or a pipe is read (chat/attended.ts, chat/pipe.ts). */
import { createInterface } from 'node:readline'
import type { Locale } from '#core/locale.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import { UnreachableError } from '../cli/cli-error.ts'
import { verdict } from '../cli/verdict.ts'
import { loadEnvironmentFile } from '../config.ts'
import { terminalLocale } from '../terminal-locale.ts'
import { VERSION } from '../version.ts'
import { type Attended, runAttended } from './attended.ts'
import { createBoard } from './board.ts'
import { historyPath, openHistory } from './history.ts'
import { openLine } from './line.ts'
import { createPaint, makesLinks } from './paint.ts'
import { runPipe } from './pipe.ts'
import { type ChatOptions, createProgram } from './program.ts'
import { createPrompt } from './prompt.ts'
import { qrRows } from './qr.ts'
import { createView, type View } from './view.ts'

interface Here {
  readonly texts: Texts
  readonly locale: Locale
  readonly account: string | undefined
}

export async function runChat(): Promise<void> {
  loadEnvironmentFile(process.cwd())
  const locale = terminalLocale(process.env)
  const texts = textsFor(locale)
  const isAttended = process.stdin.isTTY === true && process.stdout.isTTY === true
  const chat = ({ account }: ChatOptions) =>
    isAttended ? attend({ texts, locale, account }) : pipe({ texts, locale, account })
  try {
    await createProgram(texts, chat).parseAsync()
  } catch (error) {
    const { text, status } = explain(error, texts)
    if (text) console.error(text)
    process.exitCode = status
  }
}

function explain(error: unknown, texts: Texts): { text: string; status: number } {
  const { text, status } = verdict(error, texts)
  const doctor = error instanceof UnreachableError ? `\n${texts('terminal.doctor')}` : ''
  return { text: text + doctor, status }
}

async function pipe(here: Here): Promise<void> {
  const line = await openLine({ ...here, env: process.env, unattended: true, onChange() {} })
  const stop = onSignals(() => void line.close().finally(() => process.exit(130)))
  try {
    const lines = createInterface({ input: process.stdin })
    const complain = (text: string): void => console.error(text)
    const print = (text: string): void => console.log(text)
    const well = await runPipe({ line, texts: here.texts, lines, print, complain })
    if (!well) process.exitCode = 1
  } finally {
    await line.close()
    stop()
  }
}

async function attend(here: Here): Promise<void> {
  const { texts } = here
  let view: View | undefined
  const line = await openLine({
    ...here,
    env: process.env,
    unattended: false,
    onChange: (state) => view?.remark(texts(`terminal.${state}`), 'aside'),
  })
  const ending = new AbortController()
  const stop = onSignals(() => ending.abort())
  const scene = setScene()
  view = scene.view
  try {
    view.remark(texts('terminal.hello', { version: VERSION }), 'aside')
    if (line.mode() === 'alone') view.remark(texts('terminal.alone'), 'aside')
    const explained = (error: unknown): string => explain(error, texts).text
    await runAttended({ ...scene, line, texts, explain: explained, signal: ending.signal })
  } finally {
    scene.prompt.close()
    await line.close()
    stop()
  }
}

/** What somebody sits in front of. */
function setScene(): Pick<Attended, 'prompt' | 'board' | 'view'> {
  const { stdin: input, stdout: output, env } = process
  const movable = env.TERM !== 'dumb'
  const colours = movable && output.hasColors()
  const prompt = createPrompt({ input, output, movable }, openHistory(historyPath(env)))
  const board = createBoard()
  const view = createView({
    board,
    surface: prompt.surface,
    paint: createPaint({ colours, links: movable && makesLinks(env) }),
    qr: (text, columns) => qrRows(text, columns, colours),
  })
  return { prompt, board, view }
}

/** Returns what takes the listeners away again. */
function onSignals(end: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, end)
  return () => {
    for (const signal of signals) process.off(signal, end)
  }
}
