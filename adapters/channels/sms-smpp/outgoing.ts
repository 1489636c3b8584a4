import type { RenderedSms } from '#core/message/message.ts'
import { smsParts } from '#core/message/segments.ts'
import { encodeGsm7 } from './gsm7.ts'
import { destinationOf, type SmppAddress } from './source.ts'

/** Fields of a submit_sm. */
export type Submit = Readonly<Record<string, string | number | Buffer>>

const GSM7 = 0
const UCS2 = 8
/** The short message opens with a user data header. */
const UDH_INDICATOR = 0x40
/** A receipt for what became of it, good or bad. */
const RECEIPT = 1

/**
 * One submit_sm for each segment. More than one are concatenated by a user data header with an eight-bit
 * `reference`, the same in all and another in the next message to the number.
 */
export function submitsOf(
  { to, text, encoding, segments }: RenderedSms,
  source: SmppAddress,
  reference: number,
): readonly [Submit, ...Submit[]] {
  const destination = destinationOf(to)
  const parts = segments === 1 ? [text] : smsParts(text)
  const submit = (part: string, n: number): Submit => ({
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.addr,
    dest_addr_ton: destination.ton,
    dest_addr_npi: destination.npi,
    destination_addr: destination.addr,
    esm_class: parts.length > 1 ? UDH_INDICATOR : 0,
    registered_delivery: RECEIPT,
    data_coding: encoding === 'gsm7' ? GSM7 : UCS2,
    short_message:
      parts.length > 1
        ? Buffer.concat([headerOf(reference, parts.length, n), octetsOf(part, encoding)])
        : octetsOf(part, encoding),
  })
  const [first = '', ...rest] = parts
  return [submit(first, 1), ...rest.map((part, at) => submit(part, at + 2))]
}

/** Five octets follow; element 0 of three: the reference, how many parts, which one (3GPP TS 23.040, 9.2.3.24.1). */
function headerOf(reference: number, total: number, part: number): Buffer {
  return Buffer.from([5, 0, 3, reference & 0xff, total, part])
}

function octetsOf(part: string, encoding: RenderedSms['encoding']): Buffer {
  return encoding === 'gsm7' ? encodeGsm7(part) : encodeUcs2(part)
}

function encodeUcs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}
