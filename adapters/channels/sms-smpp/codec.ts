/** A PDU in the terms of SMPP 3.4; fields have their names of the specification. */
export interface Pdu {
  readonly command: string
  readonly status: number
  readonly sequence: number
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Codec {
  encode(pdu: Pdu): Buffer
  /** Throws a {@link MalformedPdu} for what is none. */
  decode(frame: Buffer): Pdu
}

/** Bytes that are no PDU: what follows them cannot be trusted either. */
export class MalformedPdu extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MalformedPdu'
  }
}

/** The header alone: length, command, status, sequence number. */
export const HEADER_LENGTH = 16
/** Room for a message_payload of 64 KiB and everything else. */
export const MAX_LENGTH = 66_000
/** In messages that come in: these filters of the library lose bytes of texts, or throw at a strange time. */
const UNFILTERED = ['short_message', 'schedule_delivery_time', 'validity_period']

let loaded: Promise<Codec> | undefined

/** The library is loaded here, when the first session is opened. */
export function loadCodec(): Promise<Codec> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Codec> {
  const { default: smpp } = await import('smpp')
  readRaw(smpp)
  return {
    encode({ command, status, sequence, fields }) {
      const pdu = new smpp.PDU(command, status === 0 ? fields : { command_status: status })
      pdu.sequence_number = sequence
      return pdu.toBuffer()
    },
    decode(frame) {
      try {
        const pdu = new smpp.PDU(frame)
        requireFields(pdu, smpp.commands)
        const { command_status: status, sequence_number: sequence } = pdu
        return { command: commandOf(pdu.command, frame), status, sequence, fields: { ...pdu } }
      } catch (cause) {
        throw new MalformedPdu('a PDU that cannot be read', cause)
      }
    },
  }
}

/**
 * Has the library hand on texts as bytes, so that none is lost to a wrong alphabet, and reads an id by its length:
 * not every peer ends it with the NUL that the library looks for.
 */
function readRaw({ PDU, commands, tlvs }: typeof import('smpp')): void {
  PDU.maxLength = MAX_LENGTH
  const { params } = commands.deliver_sm ?? {}
  for (const name of UNFILTERED) delete params?.[name]?.filter
  const { message_payload: payload, receipted_message_id: id } = tlvs
  delete payload?.filter
  if (payload && id) id.type = payload.type
}

/** The library leaves out what a body that ends too soon has not. Answers may be short: their status says it all. */
function requireFields(pdu: Readonly<object>, commands: typeof import('smpp')['commands']): void {
  const command = 'command' in pdu ? String(pdu.command) : ''
  if (command.endsWith('_resp')) return
  const missing = Object.keys(commands[command]?.params ?? {}).find((name) => !(name in pdu))
  if (missing) throw new Error(`${command} without ${missing}`)
}

/** An answer is told from a request though nobody knows its command. */
function commandOf(command: string, frame: Buffer): string {
  const isAnswer = headerOf(frame).commandId >= 0x8000_0000
  return command === 'unknown' && isAnswer ? 'unknown_resp' : command
}

/** The command and the sequence number of a frame, readable or not. */
export function headerOf(frame: Buffer): { readonly commandId: number; readonly sequence: number } {
  return { commandId: frame.readUInt32BE(4), sequence: frame.readUInt32BE(12) }
}
