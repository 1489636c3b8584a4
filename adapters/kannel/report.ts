import type { ConnectionRef } from '#core/address.ts'
import type { Reason, ReceiptVerdict } from '#core/delivery.ts'
import { cleanLine, shorten } from '#core/text.ts'
import type { Hook } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { readQuery, textOf } from './query.ts'

/** Every kind of report: delivered, failed, buffered, taken by the network, refused by it. */
export const ALL_REPORTS = '31'

/** Bits of a report's type. Kannel sets others beside them. */
const DELIVERED = 1
const FAILED = 2
const BUFFERED = 4
const TAKEN = 8
const REFUSED = 16

const MAX_DETAIL = 200
/** The network's answers to a submit (SMPP 3.4, 5.1.3) that are about the recipient, and about the text. */
const INVALID_DESTINATION = 0x0b
const INVALID_LENGTH = 0x01

/** Where Kannel tells about the message: it fills in type and the network's words. */
export function reportUrl(hook: string, providerId: string): string {
  return `${hook}?id=${encodeURIComponent(providerId)}&type=%d&reply=%A`
}

/** What a report says; undefined where it says nothing that is known. `reply` is the network's own words. */
export function reportVerdict(type: number, reply: string): ReceiptVerdict | undefined {
  const detail = shorten(cleanLine(reply), MAX_DETAIL)
  if (type & DELIVERED) return { state: 'delivered', reason: null, detail: null }
  if (type & FAILED) return { state: 'failed', reason: failedReason(reply), detail }
  if (type & REFUSED) return { state: 'failed', reason: refusedReason(reply), detail }
  if (type & (BUFFERED | TAKEN)) return { state: 'accepted', reason: null, detail: null }
  return undefined
}

/** By the receipt's final state (SMPP 3.4, appendix B). */
function failedReason(reply: string): Reason {
  const stat = /\bstat:\s*([A-Z]+)/i.exec(reply)?.[1]?.toUpperCase()
  return stat === 'REJECTD' || stat === 'DELETED' ? 'refused' : 'not_reachable'
}

/** `NACK/0x0000000b/Invalid Destination Address`. */
function refusedReason(reply: string): Reason {
  const status = Number(/^NACK\/(0x[0-9a-f]{1,8})\b/i.exec(reply)?.[1] ?? 0)
  if (status === INVALID_DESTINATION) return 'no_such_recipient'
  return status === INVALID_LENGTH ? 'too_large' : 'refused'
}

/** Takes reports of messages that were sent with {@link reportUrl}. */
export function reportHook(path: string, connection: ConnectionRef, logger: Logger): Hook {
  return {
    method: 'GET',
    path,
    async handle({ search }, sink) {
      const query = readQuery(search)
      const providerId = textOf(query.id)
      const verdict = reportVerdict(Number(textOf(query.type)), textOf(query.reply))
      if (!isId(providerId) || !verdict) {
        logger.warn({ connection: connection.connection }, 'a delivery report that says nothing')
        return { status: 400, body: 'id or type is missing' }
      }
      await sink.receipt({ connection, providerId, verdict })
      return { status: 200, body: '' }
    },
  }
}

/** Ids of ours: short, and without anything that a store or a log could stumble over. */
function isId(text: string): boolean {
  return /^[\w.:-]{1,100}$/.test(text)
}
