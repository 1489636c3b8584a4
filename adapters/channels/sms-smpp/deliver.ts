import { z } from 'zod'
import { decodeText, type PartOf, partOf, readUserData } from './incoming-text.ts'

/** What a deliver_sm or data_sm brings, read. */
export interface Incoming {
  readonly kind: 'receipt' | 'message'
  readonly from: { readonly ton: number; readonly addr: string }
  readonly to: string
  readonly text: string
  readonly partOf: PartOf | null
  /** Of the message that a receipt is about, where it has fields of its own for them. */
  readonly receiptedId: string | null
  readonly messageState: number | null
}

const octets = z.instanceof(Uint8Array)
const number = z.number().catch(0)
const text = z.string().catch('')
const schema = z.object({
  source_addr_ton: number,
  source_addr: text,
  destination_addr: text,
  esm_class: number,
  data_coding: number,
  short_message: octets.optional(),
  message_payload: octets.optional(),
  receipted_message_id: octets.optional(),
  message_state: z.number().optional(),
  sar_msg_ref_num: number,
  sar_total_segments: number,
  sar_segment_seqnum: number,
})

/** esm_class, SMPP 3.4 5.2.12: the kind of the message in bits 5 to 2, and the user data header's bit. */
const KIND = 0x3c
const RECEIPT = 0x04
const INTERMEDIATE = 0x20
const UDH_INDICATOR = 0x40

/** Fields that are not there, or of another kind than they should be, are read as empty. */
export function readDeliver(fields: Readonly<Record<string, unknown>>): Incoming {
  const read = schema.parse(fields)
  const octets = read.message_payload ?? read.short_message ?? new Uint8Array()
  const data = readUserData(octets, (read.esm_class & UDH_INDICATOR) !== 0)
  const kind = read.esm_class & KIND
  const receiptedId = read.receipted_message_id && untilNul(read.receipted_message_id)
  const isReceipt = kind === RECEIPT || kind === INTERMEDIATE || receiptedId !== undefined
  return {
    kind: isReceipt ? 'receipt' : 'message',
    from: { ton: read.source_addr_ton, addr: read.source_addr },
    to: read.destination_addr,
    text: isReceipt ? plainText(data.text) : decodeText(data.text, read.data_coding),
    partOf:
      data.partOf ?? partOf(read.sar_msg_ref_num, read.sar_total_segments, read.sar_segment_seqnum),
    receiptedId: receiptedId || null,
    messageState: read.message_state ?? null,
  }
}

/** Receipts are written in ASCII whatever the alphabet of messages: ids may have an `_`, which is `§` in GSM-7. */
function plainText(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1')
}

function untilNul(octets: Uint8Array): string {
  return plainText(octets).split('\0', 1)[0] ?? ''
}
