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
