/** One line on a terminal that is written over and over, and gone when the work is done. */
export interface Progress {
  show(line: string): void
  clear(): void
}

/** Shows nothing where the stream is no terminal. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { show() {}, clear() {} }
  return {
    show: (line) => void stream.write(`\r\x1b[2K${line}`),
    clear: () => void stream.write('\r\x1b[2K'),
  }
}

const CELLS = 30

/** A bar with its per cent; full where there is nothing to do. */
export function barOf(done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(1, done / total)
  const full = Math.floor(part * CELLS)
  return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${Math.floor(part * 100)} %`
}
