import { createInterface } from 'node:readline'
import type { History } from './history.ts'
import { mayBeKept } from './history.ts'
import type { Surface } from './sheet.ts'
import { cut, widthOf } from './width.ts'

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WriteStream
  /** The cursor can be moved. */
  readonly movable: boolean
}

export interface PromptEvents {
  /** The line, and the rows in which it stands on the screen now. */
  entered(line: string, rows: readonly string[]): void
  /** Ctrl-C. */
  interrupted(): void
  /** Ctrl-D, or the terminal is gone. */
  ended(): void
  /** The screen has another size, or shows what others wrote. */
  disturbed(): void
}

/** The line at the bottom that is typed in, with what was typed before. */
export interface Prompt {
  readonly surface: Surface
  /** What stands before the line, from the next time on that it is drawn. */
  label(text: string): void
  typed(): string
  /** Takes away what is being typed. */
  discard(): void
  listen(events: PromptEvents): void
  close(): void
}

export function createPrompt({ input, output, movable }: PromptStreams, history: History): Prompt {
  const reader = createInterface({
    input,
    output,
    terminal: movable,
    history: [...history.lines],
    historySize: 500,
    removeHistoryDuplicates: true,
  })
  const columns = (): number => Math.max(output.columns ?? 80, 10)
  const rowsOf = (line: string): readonly string[] => cut(reader.getPrompt() + line, columns())
  let closed = false
  reader.once('close', () => {
    closed = true
    // What is printed from here on begins where the prompt stood.
    if (movable) output.write(`\r${'\x1b[A'.repeat(reader.getCursorPos().rows)}\x1b[J`)
  })
  reader.on('history', (lines: string[]) => {
    if (lines[0] !== undefined && !mayBeKept(lines[0])) lines.shift()
  })

  return {
    surface: {
      write: (text) => void output.write(text),
      size: () => (movable ? { columns: columns(), rows: output.rows ?? 24 } : null),
      prompt: {
        rows: () => ({
          above: movable ? reader.getCursorPos().rows : 0,
          all: Math.floor(widthOf(reader.getPrompt() + reader.line) / columns()) + 1,
        }),
        draw() {
          if (closed) return
          // It goes up by as many rows as it last stood below its first one.
          if (movable) output.write('\n'.repeat(reader.getCursorPos().rows))
          reader.prompt(true)
        },
      },
    },
    label: (text) => reader.setPrompt(text),
    typed: () => reader.line,
    discard() {
      reader.write(null, { ctrl: true, name: 'e' })
      reader.write(null, { ctrl: true, name: 'u' })
    },
    listen(events) {
      reader.on('line', (line) => {
        history.add(line)
        events.entered(line, rowsOf(line))
      })
      reader.on('SIGINT', () => events.interrupted())
      reader.on('close', () => events.ended())
      reader.on('SIGCONT', () => events.disturbed())
      output.on('resize', () => events.disturbed())
    },
    close: () => reader.close(),
  }
}
