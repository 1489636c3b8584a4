/** An SMSC that takes everything: prints its port. `receipts` in its arguments: it sends one for each message. */
import { type AddressInfo, createServer } from 'node:net'
import { loadCodec, type Pdu } from '#adapters/channels/sms-smpp/codec.ts'
import { createFramer } from '#adapters/channels/sms-smpp/framer.ts'

const codec = await loadCodec()
const receipts = process.argv.includes('receipts')
let next = 1

const server = createServer((socket) => {
  const frames = createFramer()
  const write = (pdu: Pdu): void => void socket.write(codec.encode(pdu))
  socket.setNoDelay(true).on('error', () => {})
  socket.on('data', (chunk) => {
    socket.cork()
    for (const frame of frames(chunk)) {
      const { command, sequence } = codec.decode(frame)
      if (command.endsWith('_resp')) continue
      const id = String(next++)
      write({ command: `${command}_resp`, status: 0, sequence, fields: { message_id: id } })
      if (receipts && command === 'submit_sm') write(receiptOf(id))
    }
    socket.uncork()
  })
})
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify((server.address() as AddressInfo).port)),
)

function receiptOf(id: string): Pdu {
  const fields = {
    source_addr: '8613800138000',
    destination_addr: '10690',
    esm_class: 4,
    data_coding: 0,
    short_message: Buffer.from(`id:${id} sub:001 dlvrd:001 stat:DELIVRD err:000 text:`),
  }
  return { command: 'deliver_sm', status: 0, sequence: next++, fields }
}
