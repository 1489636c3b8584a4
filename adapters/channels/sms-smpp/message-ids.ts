/** How an SMSC writes an id in receipts, compared with its answer to the submit. */
export type IdForm = 'same' | 'hex-to-decimal' | 'decimal-to-hex'

/** The same id however it is padded or spelt: lower case, numbers without leading zeros. */
export function normalId(id: string): string {
  const plain = id.trim().toLowerCase()
  return /^[0-9a-f]+$/.test(plain) ? plain.replace(/^0+(?=.)/, '') : plain
}

/** A normal id of an answer as receipts of the form write it; null where it cannot be written so. */
export function inForm(id: string, form: IdForm): string | null {
  switch (form) {
    case 'same':
      return id
    case 'hex-to-decimal':
      return /^[0-9a-f]{1,32}$/.test(id) ? BigInt(`0x${id}`).toString() : null
    case 'decimal-to-hex':
      return /^\d{1,32}$/.test(id) ? BigInt(id).toString(16) : null
    default:
      return form satisfies never
  }
}
