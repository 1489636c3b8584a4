import { HEADER_LENGTH, MAX_LENGTH, MalformedPdu } from './codec.ts'

/**
 * Cuts a stream into whole frames. A length that no PDU has throws a {@link MalformedPdu}: from there on nothing
 * can be told apart any more.
 */
export function createFramer(): (chunk: Buffer) => Iterable<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  return function* frames(chunk) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (length < HEADER_LENGTH || length > MAX_LENGTH) {
        throw new MalformedPdu(`a PDU of ${length} bytes`)
      }
      if (rest.length < length) return
      const frame = rest.subarray(0, length)
      rest = rest.subarray(length)
      yield frame
    }
  }
}
