import { decodeGsm7 } from './gsm7.ts'

/** Where a message is a part of a longer one: the parts of one have the reference in common. */
export interface PartOf {
  readonly reference: number
  readonly total: number
  /** From 1. */
  readonly part: number
}

/** What the octets of a message hold: its text's, and what its user data header says. */
export interface UserData {
  readonly text: Uint8Array
  readonly partOf: PartOf | null
}

/** SMPP 3.4, 5.2.19: alphabets that are named by their number alone. */
const CHARSETS: Readonly<Record<number, string>> = {
  1: 'ascii',
  3: 'latin1',
  5: 'shift_jis',
  6: 'iso-8859-5',
  7: 'iso-8859-8',
  8: 'utf-16be',
  10: 'iso-2022-jp',
  13: 'euc-jp',
  14: 'euc-kr',
}

/** Takes the header off, which is there where esm_class says so. One that makes no sense is left in the text. */
export function readUserData(octets: Uint8Array, hasHeader: boolean): UserData {
  const length = octets[0] ?? 0
  if (!hasHeader || length + 1 > octets.length) return { text: octets, partOf: null }
  return { text: octets.subarray(length + 1), partOf: readHeader(octets.subarray(1, length + 1)) }
}

/** Elements 0 and 8: concatenated messages with a reference of 8 and of 16 bits. */
function readHeader(header: Uint8Array): PartOf | null {
  for (let at = 0; at + 1 < header.length; ) {
    const [element, length = 0] = header.subarray(at, at + 2)
    const [a = 0, b = 0, c = 0, d = 0] = header.subarray(at + 2, at + 2 + length)
    if (element === 0 && length === 3) return partOf(a, b, c)
    if (element === 8 && length === 4) return partOf(a * 256 + b, c, d)
    at += 2 + length
  }
  return null
}

/** Null where the numbers make no sense together: it stands for itself then. */
export function partOf(reference: number, total: number, part: number): PartOf | null {
  return total > 1 && part >= 1 && part <= total ? { reference, total, part } : null
}

/** The text by its data_coding. No octets are refused: what is not what it says it is, is read as what it may be. */
export function decodeText(octets: Uint8Array, dataCoding: number): string {
  const charset = charsetOf(dataCoding)
  if (charset === 'gsm7') return decodeGsm7(octets) ?? guess(octets)
  return charset === null ? guess(octets) : new TextDecoder(charset).decode(octets)
}

/** Null: any octets. Beyond SMPP's own numbers they are those of 3GPP TS 23.038, section 4. */
function charsetOf(dataCoding: number): string | null {
  if (dataCoding === 0) return 'gsm7'
  if (dataCoding < 0x10) return CHARSETS[dataCoding] ?? null
  const group = dataCoding >> 4
  if (group === 0xf) return (dataCoding & 0x04) === 0 ? 'gsm7' : null
  if (group === 0xe) return 'utf-16be'
  if (group >= 0xc) return 'gsm7'
  if (group >= 0x4) return null
  return ['gsm7', null, 'utf-16be', null][(dataCoding >> 2) & 3] ?? null
}

function guess(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return new TextDecoder('latin1').decode(octets)
  }
}
