import { createCipheriv, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Hides short texts from everybody else, without storing anything: what is opened is what was sealed here. */
export interface Seal {
  /** The same for the same text, and as long for texts as long; `[A-Za-z0-9_-]`. */
  seal(text: string): string
  /** Undefined for what was not sealed with these keys. */
  open(sealed: string): string | undefined
}

const IV_LENGTH = 16

/**
 * The MAC of the text is the IV that it is encrypted with (SIV), so that neither a text nor which of two seals is the
 * later can be read off, and a changed one is told. Both keys have 32 bytes, each its own.
 */
export function createSeal(macKey: KeyObject, cipherKey: KeyObject): Seal {
  const ivOf = (text: Buffer): Buffer =>
    createHmac('sha256', macKey).update(text).digest().subarray(0, IV_LENGTH)
  /** Its own inverse. */
  const encrypt = (iv: Buffer, text: Buffer): Buffer =>
    createCipheriv('aes-256-ctr', cipherKey, iv).update(text)

  return {
    seal(text) {
      const plain = Buffer.from(text)
      const iv = ivOf(plain)
      return Buffer.concat([iv, encrypt(iv, plain)]).toString('base64url')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < IV_LENGTH || bytes.toString('base64url') !== sealed) return undefined
      const iv = bytes.subarray(0, IV_LENGTH)
      const plain = encrypt(iv, bytes.subarray(IV_LENGTH))
      return timingSafeEqual(iv, ivOf(plain)) ? plain.toString() : undefined
    },
  }
}
