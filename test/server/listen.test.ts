import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Listening, listen } from '#src/server/listen.ts'

let folder: string
let listening: Listening | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'passalong-listen-'))
})
afterEach(async () => {
  await listening?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a connection', () => {
  test('that never says a word is ended', async () => {
    listening = await listen({ host: '127.0.0.1', port: 0 }, { silenceMs: 50 })
    listening.serve((_req, res) => res.end('here'))
    const socket = connect(listening.port, '127.0.0.1')
    socket.resume()
    const begun = performance.now()
    await once(socket, 'close')
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  test('whose answer goes on in pieces is not', async () => {
    listening = await listen({ host: '127.0.0.1', port: 0 }, { silenceMs: 150 })
    listening.serve((_req, res) => {
      const pieces = setInterval(() => res.write('.'), 40)
      setTimeout(() => {
        clearInterval(pieces)
        res.end('!')
      }, 500)
    })
    const answer = await fetch(`http://127.0.0.1:${listening.port}/`)
    expect(await answer.text()).toMatch(/^\.+!$/)
  })
})

describe('a private socket', () => {
  test('is never open to others, not even for a moment, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      const path = join(folder, 'socket')
      const bound = listen({ path })
      expect(statSync(path).mode & 0o777).toBe(0o600)
      listening = await bound
      expect(process.umask()).toBe(0)
    } finally {
      process.umask(before)
    }
  })
})
