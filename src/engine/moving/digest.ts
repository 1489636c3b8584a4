import { createHash } from 'node:crypto'

/** How many records, and a checksum that does not hang on their order. */
export interface Digest {
  readonly count: number
  /** 64 hexadecimal digits. */
  readonly sum: string
}

const MODULUS = 1n << 256n

/** Adds up records: their hashes as numbers, so that stores may give them in any order. */
export function createDigest(): { add(record: unknown): void; value(): Digest } {
  let count = 0
  let sum = 0n
  return {
    add(record) {
      const hash = createHash('sha256').update(canonical(record)).digest('hex')
      sum = (sum + BigInt(`0x${hash}`)) % MODULUS
      count++
    },
    value: () => ({ count, sum: sum.toString(16).padStart(64, '0') }),
  }
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.count === b.count && a.sum === b.sum
}

function canonical(record: unknown): string {
  return JSON.stringify(inOrder(record))
}

/** The names of objects in order, whatever order they were written in; bytes as hexadecimal. */
function inOrder(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, part]) => [name, inOrder(part)]))
}
