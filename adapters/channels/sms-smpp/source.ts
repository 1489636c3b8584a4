/** An address as SMPP writes it: type of number, numbering plan, digits or name. */
export interface SmppAddress {
  readonly ton: number
  readonly npi: number
  readonly addr: string
}

/** The longest short codes have eight digits; numbers with a country code have more. */
const LONGEST_SHORT_CODE = 8

/**
 * The sender by its form: a name (5/0), a number with its country code (1/1), a national one (0/1) or a short code
 * (3/0). Empty: the SMSC puts in its own.
 */
export function sourceOf(source: string): SmppAddress {
  const compact = source.replace(/[\s()./-]/g, '')
  if (source === '') return { ton: 0, npi: 0, addr: '' }
  if (!/^\+?\d+$/.test(compact)) return { ton: 5, npi: 0, addr: source }
  if (compact.startsWith('+')) return { ton: 1, npi: 1, addr: compact.slice(1) }
  if (compact.length <= LONGEST_SHORT_CODE) return { ton: 3, npi: 0, addr: compact }
  return { ton: compact.startsWith('0') ? 0 : 1, npi: 1, addr: compact }
}

/** A recipient, E.164. */
export function destinationOf(number: string): SmppAddress {
  return { ton: 1, npi: 1, addr: number.replace(/^\+/, '') }
}
