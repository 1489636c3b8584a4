import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createLine, type Line, type LineConfig } from '#adapters/kannel/line.ts'
import { steadyPort } from '../../services/steady-port.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const open = (over: Partial<LineConfig> = {}): Line => {
  const line = createLine({ connections: 2, ...over })
  ends.push(() => line.stop())
  return line
}

/** A server that does with each request, once it is whole, what the test says. */
async function serve(
  answer: (socket: Socket, request: string) => void,
): Promise<{ url: string; requests: string[]; sockets: Set<Socket>; server: Server }> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (!text.endsWith('the body')) return
      requests.push(text)
      answer(socket, text)
      text = ''
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/cgi-bin/sendsms`, requests, sockets, server }
}

const post = (line: Line, url: string, signal?: AbortSignal) =>
  line.post(() => ({ url, headers: { 'X-Kannel-To': '+1' }, body: 'the body' }), signal)
const OK = 'HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok'

describe('a request', () => {
  test('goes out with its own headers and no others, over connections that are kept', async () => {
    const { url, requests, sockets } = await serve((socket) => socket.write(OK))
    const line = open()
    for (let n = 0; n < 20; n++) {
      expect(await post(line, url)).toEqual({ kind: 'answered', status: 202, text: 'ok' })
    }
    expect(sockets.size).toBeLessThanOrEqual(2)
    const names = requests[0]?.split('\r\n').map((header) => header.split(':')[0]?.toLowerCase())
    expect(names).toEqual([
      'post /cgi-bin/sendsms http/1.1',
      'host',
      'connection',
      'x-kannel-to',
      'content-length',
      '',
      'the body',
    ])
  })

  test('that nobody takes was not sent', async () => {
    const url = `http://127.0.0.1:${await steadyPort()}/`
    expect(await post(open(), url)).toEqual({ kind: 'unsent', cause: 'ECONNREFUSED' })
  })

  test('that was given up before was not sent', async () => {
    const { url, requests } = await serve((socket) => socket.write(OK))
    const answer = await post(open(), url, AbortSignal.abort())
    expect(answer).toMatchObject({ kind: 'unsent' })
    expect(requests).toEqual([])
  })

  test('that waits for a connection and is given up was not sent, and never will be', async () => {
    const { url, requests, sockets } = await serve(() => {})
    const line = open({ connections: 1, requestMs: 3_000 })
    const first = post(line, url)
    await expect.poll(() => requests.length).toBe(1)
    expect(await post(line, url, AbortSignal.timeout(50))).toEqual({
      kind: 'unsent',
      cause: 'TimeoutError',
    })
    for (const socket of sockets) socket.write(OK)
    expect(await first).toMatchObject({ kind: 'answered' })
    expect(await post(line, url, AbortSignal.timeout(500))).toMatchObject({ kind: 'lost' })
    expect(requests).toHaveLength(2)
  })

  test.each([
    ['hangs up', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['answers in half', (socket: Socket) => socket.end('HTTP/1.1 202 Acc')],
    ['says 202 and breaks off', (socket: Socket) => socket.end(OK.slice(0, -1))],
    ['speaks something else', (socket: Socket) => socket.end('220 mail ready\r\n')],
  ])('whose server %s may have been taken', async (_name, answer) => {
    const { url } = await serve(answer)
    expect(await post(open(), url)).toMatchObject({ kind: 'lost', cause: expect.any(String) })
  })

  test('that is refused counts as refused, though the refusal breaks off', async () => {
    const { url } = await serve((socket) =>
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nno'),
    )
    expect(await post(open(), url)).toMatchObject({ kind: 'answered', status: 404 })
  })

  test('whose server is silent is given up in time: it may have been taken', async () => {
    const { url } = await serve(() => {})
    expect(await post(open({ requestMs: 200 }), url)).toEqual({
      kind: 'lost',
      cause: 'TimeoutError',
    })
  })

  test('whose answer has no end is not read to it', async () => {
    const { url } = await serve((socket) => {
      socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 999999999\r\n\r\n')
      socket.write('x'.repeat(200_000))
    })
    expect(await post(open(), url)).toMatchObject({ kind: 'lost' })
  })

  test('with a header that cannot be one was not sent, and says why', async () => {
    const { url, requests } = await serve((socket) => socket.write(OK))
    const headers = { Authorization: 'pass\nword' }
    const answer = await open().post(() => ({ url, headers, body: 'the body' }))
    expect(answer).toEqual({ kind: 'unsent', cause: 'UND_ERR_INVALID_ARG' })
    expect(requests).toEqual([])
  })

  test('that cannot be made is our own fault, and says no secret', async () => {
    const line = open()
    const broken = await line.post(() => {
      throw new Error('ENOENT /run/secrets/password')
    })
    expect(broken).toEqual({ kind: 'misconfigured', cause: 'its settings could not be read' })
    expect(await post(line, 'nowhere')).toMatchObject({ kind: 'misconfigured' })
  })

  test('after a stop is not sent; what runs then may end', async () => {
    const { url, requests, sockets } = await serve((socket) => {
      setTimeout(() => socket.write(OK), 100)
    })
    const line = open()
    const running = post(line, url)
    await expect.poll(() => requests.length).toBe(1)
    await line.stop()
    expect(await running).toMatchObject({ kind: 'answered' })
    expect(await post(line, url)).toMatchObject({ kind: 'unsent' })
    await expect.poll(() => sockets.size).toBe(0)
    expect(requests).toHaveLength(1)
  })
})
