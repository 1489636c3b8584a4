import type { MessageRef } from '#ports/bot-platform.ts'
import type { TerminalStep } from '#ports/terminals.ts'
import type { Board } from './board.ts'
import { printable } from './clean.ts'
import type { Look, Paint } from './paint.ts'
import { renderLines, renderScreen } from './render.ts'
import { createSheet, type Surface } from './sheet.ts'

export interface ViewOptions {
  readonly board: Board
  readonly surface: Surface
  readonly paint: Paint
  /** Rows of a QR code; none where it does not fit. */
  readonly qr: (text: string, columns: number) => readonly string[]
}

/** The conversation on the screen. */
export interface View {
  /** Shows what is new of it, each message in its place. */
  show(steps: readonly TerminalStep[]): void
  /** A line of the terminal's own. */
  remark(text: string, style: NonNullable<Look['style']>): void
  /** The line that was typed stands above the prompt now; a choice leaves, since it shows in what it changes. */
  entered(rows: readonly string[], kind: 'said' | 'choice'): void
  /** What stands where is not known any more. */
  lose(): void
}

/** Where the cursor cannot be moved, rows are as long as they are. */
export function createView({ board, surface, paint, qr }: ViewOptions): View {
  const sheet = createSheet(surface)

  function rowsOf(message: MessageRef): readonly string[] {
    const standing = board.get(message)
    if (!standing) return []
    const columns = rowLength()
    const rows = renderScreen(standing.screen, {
      columns,
      paint,
      numbered: message === board.numbered(),
      hints: true,
      qr: columns === null ? undefined : (text) => qr(text, columns),
    })
    return ['', ...rows]
  }

  /** One less than the screen is wide: a full row may or may not break by itself. */
  function rowLength(): number | null {
    const size = surface.size()
    return size && size.columns - 1
  }

  return {
    show(steps) {
      const before = board.numbered()
      const changed = steps.filter((step) => board.apply(step)).map(({ message }) => message)
      if (before !== undefined && before !== board.numbered()) sheet.touch(before, rowsOf(before))
      for (const message of new Set(changed)) {
        if (board.get(message)) sheet.put(message, rowsOf(message))
      }
      const now = board.numbered()
      if (now !== undefined) sheet.touch(now, rowsOf(now))
    },
    remark(text, style) {
      const lines = printable(text)
        .split('\n')
        .map((line) => [{ text: line, look: { style } }])
      sheet.put(null, renderLines(lines, { columns: rowLength(), paint }))
    },
    entered(rows, kind) {
      if (kind === 'choice') sheet.withdraw(rows.length)
      else sheet.entered(rows)
    },
    lose: () => sheet.lose(),
  }
}
