import { createHash } from 'node:crypto'
import type { Address } from '#core/address.ts'
import { readPhoneNumber } from '#core/phone-number.ts'
import type { HookAnswer, HookRequest } from '#ports/channel.ts'

/** Whom a text came from; undefined for a short code or a name, which nobody can be written to by. */
export function phoneAddress(text: string, region: string | undefined): Address | undefined {
  const number = readPhoneNumber(text, region)
  return number && { channel: 'sms', value: number.e164 }
}

/** The body as text; bytes that are no UTF-8 show as replacement characters. */
export function bodyText({ body }: HookRequest): string {
  return new TextDecoder().decode(body)
}

/** A name for an inbound text that its gateway gave none, the same each time that it is handed over. */
export function inboundIdOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** So that a gateway does not repeat for ever what will never be understood. */
export function malformed(what: string): HookAnswer {
  return { status: 400, body: what }
}
