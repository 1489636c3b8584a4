/** The default alphabet of 3GPP TS 23.038, by septet; 0x1B escapes to the extension table. */
const DEFAULT =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const ESCAPE = 0x1b
/** The extension table: what an escaped septet stands for. */
const EXTENSION: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
])
const SPACE = 0x20

/** By character; an escaped one has the escape above its own septet. */
const SEPTETS = new Map<string, number>([
  ...Array.from(DEFAULT, (character, septet) => [character, septet] as const),
  ...[...EXTENSION].map(([septet, character]) => [character, (ESCAPE << 8) | septet] as const),
])

/** One octet for each septet, unpacked; a space for what the alphabet lacks. */
export function encodeGsm7(text: string): Buffer {
  const octets = Buffer.allocUnsafe(2 * text.length)
  let end = 0
  for (const character of text) {
    const septet = SEPTETS.get(character) ?? SPACE
    if (septet > 0x7f) end = octets.writeUInt8(ESCAPE, end)
    end = octets.writeUInt8(septet & 0x7f, end)
  }
  return octets.subarray(0, end)
}

/**
 * The text of unpacked septets. An escape before what is in no table is a space, as the standard asks for. Null
 * where an octet is no septet: it is another alphabet then.
 */
export function decodeGsm7(octets: Uint8Array): string | null {
  let text = ''
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? SPACE
    if (octet > 0x7f) return null
    if (octet !== ESCAPE) {
      text += DEFAULT.charAt(octet)
      continue
    }
    const escaped = octets[at + 1]
    const character = escaped === undefined ? undefined : EXTENSION.get(escaped)
    if (character !== undefined) at++
    text += character ?? ' '
  }
  return text
}
