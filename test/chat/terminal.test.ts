import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ProductEnv } from '#test/fixtures/running-server.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { CTRL_C, CTRL_D, Terminal, type TerminalOptions } from '#test/fixtures/terminal.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'

const AS_ANN: TerminalOptions = { args: ['--account', 'ann'] }
const COLOUR = '\x1b[1m'
const missing =
  spawnSync('script', ['--version']).status === 0 ? undefined : 'script (util-linux, bsdutils)'

describe.skipIf(skippedFor(missing))('a terminal', () => {
  let server: ServerUnderTest
  let env: ProductEnv
  let state: string
  const terminals = new Set<Terminal>()

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'passalong-test-'))
    server = await createServerUnderTest({ UNDO_SECONDS: '2' })
    env = { ...server.env, XDG_STATE_HOME: state }
  })
  afterEach(() => {
    for (const terminal of terminals) terminal.kill()
    terminals.clear()
  })
  afterAll(async () => {
    await server.dispose()
    rmSync(state, { recursive: true, force: true })
  })

  async function json<T>(path: string): Promise<T> {
    return (await (await server.api('GET', path)).json()) as T
  }

  function open(options = AS_ANN, more: ProductEnv = {}): Terminal {
    const terminal = new Terminal({ ...env, ...more }, options)
    terminals.add(terminal)
    return terminal
  }

  test('without a server sends by itself, and does not end before it has', async () => {
    const terminal = open()
    await terminal.shows(/No server is running.*Hello, Ann Lee.*ann>$/s)
    terminal.enter('https://example.org/a bob@example.org')
    await terminal.shows(/bob@example\.org: Scheduled/)
    terminal.type(CTRL_D)
    await terminal.shows(/Sending what is still held back/)
    expect(await terminal.ended()).toBe(0)
    await server.start()
    const { shares } = await json<{ shares: ShareJson[] }>('/shares')
    const { deliveries } = await json<ShareJson>(`/shares/${shares[0]?.id}`)
    expect(deliveries).toMatchObject([{ state: 'accepted', via: 'outbox' }])
  })

  test('shows in colour how a share fares, in the place where it stands', async () => {
    const terminal = open({ ...AS_ANN, columns: 40 })
    await terminal.shows('ann>')
    terminal.enter(
      'https://example.org/a bob@example.org -- 看看这个网页，很有意思，你一定会喜欢的。',
    )
    await terminal.shows(/bob@example\.org: Kept here/)
    expect(terminal.output).toMatch(/bob@example\.org: Scheduled/)
    expect(terminal.text).not.toMatch(/Scheduled/)
    expect(terminal.output).toContain(COLOUR)
    expect(terminal.text).toMatch(/看看这个网页，很有意思，你一定会喜欢的\n?。/)
  })

  test('takes choices by number, and no colour where none is wanted', async () => {
    const terminal = open(AS_ANN, { NO_COLOR: '1' })
    await terminal.shows('ann>')
    terminal.enter('https://example.org/b')
    await terminal.shows(/Who shall get it\?.*\d Cancel/s)
    terminal.enter(/(\d) Cancel/.exec(terminal.text)?.[1] ?? '')
    await terminal.shows(/Cancelled/)
    expect(terminal.text).not.toMatch(/ann> \d/)
    expect(terminal.output).not.toContain(COLOUR)
  })

  test('is left by Ctrl-C: what is typed, the question, and at the second one the chat', async () => {
    const terminal = open()
    await terminal.shows('ann>')
    terminal.enter('https://example.org/b')
    await terminal.shows('Who shall get it?')
    terminal.type('half a li')
    await terminal.shows('half a li')
    terminal.type(CTRL_C)
    await terminal.shows(/Ctrl-C again ends.*\nann>$/s)
    terminal.enter('carol@example.org')
    await terminal.shows(/A few words to go with it\?/)
    terminal.type(CTRL_C)
    await terminal.shows(/Cancelled/)
    terminal.type(CTRL_C)
    expect(await terminal.ended()).toBe(0)
  })

  test('takes what is pasted line by line, in order', async () => {
    const terminal = open()
    await terminal.shows('ann>')
    terminal.enter('/whoami\rhttps://example.org/b\r/cancel\r/history')
    await terminal.shows(/Time zone.*Cancelled.*What you shared/s)
  })

  test('goes on with the dialogue after the server was started again', async () => {
    const terminal = open()
    await terminal.shows('ann>')
    terminal.enter('https://example.org/again')
    await terminal.shows('Who shall get it?')
    await server.end('SIGKILL')
    await terminal.shows('The connection is gone')
    terminal.enter('bob@example.org')
    await server.start()
    await terminal.shows(/Connected again.*A few words to go with it\?/s)
    terminal.enter('hello again')
    await terminal.shows(/1 Send/)
    terminal.enter('send')
    await terminal.shows(/bob@example\.org: Kept here/)
  })

  test('beside another one of the same person shows what was typed in it alone', async () => {
    const [one, other] = [open(), open()]
    await Promise.all([one.shows('ann>'), other.shows('ann>')])
    one.enter('https://example.org/one bob@example.org -- first')
    other.enter('https://example.org/two carol@example.org -- second')
    await Promise.all([one.shows(/bob@.*Kept here/), other.shows(/carol@.*Kept here/)])
    expect(one.text).not.toContain('carol@')
    expect(other.text).not.toContain('bob@')
  })

  test('of a login that is not linked shows the way, and keeps no PIN in its history', async () => {
    const terminal = open({})
    await terminal.shows(/\n>$/)
    terminal.enter('/link')
    await terminal.shows(/\/link\/\w{32}/)
    terminal.enter('123456')
    terminal.enter('/exit')
    expect(await terminal.ended()).toBe(0)
    const path = join(state, 'passalong/chat-history')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toMatch(/\/link\n/)
    expect(readFileSync(path, 'utf8')).not.toMatch(/123456/)
  })
})
