import QRCode from 'qrcode'

const QUIET = 2
/** By whether the upper and the lower of two modules are dark. */
const HALVES = [
  [' ', '▄'],
  ['▀', '█'],
] as const
/** Black on white, whatever the terminal's own colours are: not every reader takes the reverse. */
const BLACK_ON_WHITE = '\x1b[38;5;16;48;5;231m'

/** A QR code, two modules to a character; empty where it is wider than the terminal. */
export function qrRows(text: string, columns: number, colours: boolean): readonly string[] {
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: 'L' }).modules
  const edge = size + 2 * QUIET
  if (edge > columns) return []
  const isDark = (row: number, column: number): boolean => {
    const inside = row >= 0 && row < size && column >= 0 && column < size
    return inside && data[row * size + column] === 1
  }
  return Array.from({ length: Math.ceil(edge / 2) }, (_, pair) => {
    const row = 2 * pair - QUIET
    const cells = Array.from({ length: edge }, (_, i) => {
      const column = i - QUIET
      return HALVES[isDark(row, column) ? 1 : 0][isDark(row + 1, column) ? 1 : 0]
    })
    return colours ? `${BLACK_ON_WHITE}${cells.join('')}\x1b[0m` : cells.join('')
  })
}
