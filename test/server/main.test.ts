import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  makeDataDir,
  RunningServer,
  spawnServer,
  startServer,
} from '#test/fixtures/running-server.ts'

let data: ReturnType<typeof makeDataDir>
const started: RunningServer[] = []

beforeEach(() => {
  data = makeDataDir()
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.kill('SIGKILL')))
  data.remove()
})

function track(server: RunningServer): RunningServer {
  started.push(server)
  return server
}

async function start(env: Record<string, string> = {}): Promise<RunningServer> {
  return track(await startServer({ DATA_DIR: data.path, ...env }))
}

describe('an empty environment', () => {
  test('is enough: it prints the address, a first link, and what is off and how to switch it on', async () => {
    const server = await start()
    expect(server.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(server.firstLink).toContain(`${server.url}/first?ticket=`)
    expect(server.out).toMatch(/Kept here, not sent: .*email.*\/outbox/)
    expect(server.out).toMatch(/email +set SMTP_URL/)
    expect(server.err).toBe('')
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('keeps everything in a folder for its owner alone', async () => {
    await start()
    expect(statSync(data.path).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(data.path)) {
      expect(statSync(join(data.path, name)).mode & 0o077).toBe(0)
    }
  })

  test('gives a new first link at each start, and the old one is void', async () => {
    const first = await start()
    const old = first.firstLink
    expect(await first.kill()).toBe(0)
    const second = await start()
    expect(second.firstLink).toBeDefined()
    expect(second.firstLink?.split('=')[1]).not.toBe(old?.split('=')[1])
  })
})

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s is graceful, also when npm passes it on again',
    async (signal) => {
      const server = await start()
      server.child.kill(signal)
      server.child.kill(signal)
      expect(await server.ended()).toBe(0)
      expect(server.err).toContain('"stopped"')
      expect(readdirSync(data.path)).not.toContain('passalong.sock')
    },
  )

  test('waits for an answer that is being given', async () => {
    const server = await start()
    const slow = openRequest(server.url)
    await slow.connected
    server.child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 100))
    slow.finish()
    expect(await slow.answer).toMatch(/^HTTP\/1\.1 /)
    expect(await server.ended()).toBe(0)
  })

  test('leaves nothing behind when npm is killed hard', async () => {
    const script = `"${process.execPath}" "${new URL('../../src/main.ts', import.meta.url).pathname}" & wait`
    const env = { DATA_DIR: data.path, npm_lifecycle_event: 'start' }
    const shell = await track(new RunningServer(['/bin/sh', '-c', script], env)).ready()
    const { url } = shell
    shell.child.kill('SIGKILL')
    await expect
      .poll(
        () =>
          fetch(`${url}/healthz`).then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 30_000 },
      )
      .toBe('down')
  })
})

describe('what stands in the way is said', () => {
  test('settings: every fault with its mend, and nothing is made', async () => {
    const server = track(
      spawnServer({ DATA_DIR: join(data.path, 'new'), PORT: 'x', TRACKING: 'y' }),
    )
    expect(await server.ended()).toBe(1)
    expect(server.err).toMatch(/PORT: Write a whole number.*\n.*TRACKING: Write one of: full/)
    expect(readdirSync(data.path)).toEqual([])
  })

  test('a second server on the data folder', async () => {
    await start()
    const second = track(spawnServer({ DATA_DIR: data.path }))
    const third = track(spawnServer({ DATA_DIR: data.path, LANG: 'zh_CN.UTF-8' }))
    expect(await second.ended()).toBe(1)
    expect(second.err).toContain(data.path)
    expect(second.err).toContain('DATA_DIR')
    expect(await third.ended()).toBe(1)
    expect(third.err).toContain(`正在使用数据目录 ${data.path}`)
  })

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const server = track(spawnServer({ DATA_DIR: data.path, PORT: String(port) }))
    expect(await server.ended()).toBe(1)
    expect(server.err).toContain(`Port ${port}`)
    expect(server.err).toContain('PORT')
    other.close()
  })

  test('a data folder that is a file', async () => {
    const file = join(data.path, 'file')
    writeFileSync(file, '')
    const server = track(spawnServer({ DATA_DIR: file }))
    expect(await server.ended()).toBe(1)
    expect(server.err).toContain('DATA_DIR')
  })

  test('a damaged secret is not replaced by another one', async () => {
    const server = await start()
    await server.kill()
    writeFileSync(join(data.path, 'session-secret'), 'cut')
    const again = track(spawnServer({ DATA_DIR: data.path }))
    expect(await again.ended()).toBe(1)
    expect(again.err).toMatch(/session-secret.*SESSION_SECRET/)
  })
})

test('kill -9 leaves a folder that the next server takes at once', async () => {
  const first = await start()
  await first.kill('SIGKILL')
  const second = await start()
  expect((await fetch(`${second.url}/readyz`)).status).toBe(200)
})

test('a data folder with a long path works too', async () => {
  const long = join(data.path, 'x'.repeat(60), 'y'.repeat(60))
  const server = await start({ DATA_DIR: long })
  expect(readdirSync(long)).toContain('passalong.sock.path')
  expect(await server.kill()).toBe(0)
  expect(readdirSync(long)).not.toContain('passalong.sock.path')
})

/** A request whose headers end only when told so. */
function openRequest(url: string) {
  const { hostname, port } = new URL(url)
  let socket: import('node:net').Socket
  let text = ''
  const connected = (async () => {
    const { connect } = await import('node:net')
    socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n')
  })()
  return {
    connected,
    finish: () => socket.write('Connection: close\r\n\r\n'),
    answer: connected.then(
      () => new Promise<string>((resolve) => socket.once('close', () => resolve(text))),
    ),
  }
}
