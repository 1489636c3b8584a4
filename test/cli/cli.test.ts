import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import type { DeliveryId, ShareId } from '#core/ids.ts'
import { someReply } from '#test/contracts/store/replies.ts'
import { runCli, runJson } from '#test/fixtures/run-cli.ts'
import {
  makeDataDir,
  type ProductEnv,
  type RunningServer,
  startServer,
} from '#test/fixtures/running-server.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'

const PASSWORD = 'correct horse\n'
const URL_TO_SHARE = 'https://example.org/a'
let data: ReturnType<typeof makeDataDir>
let env: ProductEnv
let server: RunningServer | undefined

beforeEach(() => {
  data = makeDataDir()
  env = { DATA_DIR: data.path }
})
afterEach(async () => {
  await server?.kill('SIGKILL')
  server = undefined
  data.remove()
})

async function makeAnn(): Promise<void> {
  const made = await runCli(env, ['account', 'create', 'ann', '--password-stdin'], PASSWORD)
  expect(made).toMatchObject({ status: 0, err: '' })
}

describe('alone on the data folder', () => {
  test('makes the first account, shares, delivers, and tells of it', async () => {
    await makeAnn()
    const args = ['share', URL_TO_SHARE, '--to', 'bob@example.org', '+86 138 0013 8000']
    const shared = await runCli(env, [...args, '--note', 'look', '--title', 'A page'])
    expect(shared.status).toBe(0)
    expect(shared.out).toMatch(/A page\n {2}https:\/\/example\.org\/a/)
    expect(shared.out.match(/Kept here, not sent/g)).toHaveLength(2)
    expect(shared.err).toContain('npm start')
    const id = /Share (\w+)/.exec(shared.out)?.[1] ?? ''
    const { deliveries } = (await runJson(env, ['status', id])) as unknown as ShareJson
    expect(deliveries.map(({ state, via }) => ({ state, via }))).toEqual([
      { state: 'accepted', via: 'outbox' },
      { state: 'accepted', via: 'outbox' },
    ])
  })

  test('shows what recipients wrote back, the newest last', async () => {
    await makeAnn()
    const number = '+8613800138000'
    const shared = await runJson(env, ['share', URL_TO_SHARE, '--to', number])
    const { id, deliveries } = shared as unknown as ShareJson
    const store = createSqliteStore(
      { dataDir: data.path },
      { clock: createSystemClock(), randomBytes },
    )
    for (const text of ['thank you\nso much', 'and again']) {
      const ids = { share: id as ShareId, delivery: deliveries[0]?.id as DeliveryId }
      await store.replies.keep(someReply({ ...ids, text }), null)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await store.close()
    const { out } = await runCli(env, ['status', id])
    const line = `    \\${number}, \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\n`
    const told = `  Replies\n${line}      thank you\n      so much\n${line}      and again\n$`
    expect(out).toMatch(new RegExp(told))
    const { replies } = (await runJson(env, ['status', id])) as { replies: { text: string }[] }
    expect(replies.map(({ text }) => text)).toEqual(['and again', 'thank you\nso much'])
  })

  test('shares a number to call, a short code with its country', async () => {
    await makeAnn()
    const share = async (url: string, ...more: readonly string[]) => {
      const made = await runJson(env, ['share', url, '--to', 'bob@example.org', ...more])
      return (made as unknown as ShareJson).target
    }
    expect(await share('tel:+861065529988,,1234')).toMatchObject({ number: '+861065529988' })
    expect(await share('tel:10086', '--region', 'CN')).toMatchObject({ region: 'CN' })
    const without = await runCli(env, ['share', 'tel:10086', '--to', 'bob@example.org'])
    expect(without.err).toMatch(/short code needs its country/)
  })

  test('an account without a password gets a link to set one', async () => {
    const made = await runCli(env, ['account', 'create', 'ann'])
    expect(made.out).toMatch(/\/reset\?ticket=\w{32}/)
    const reset = await runCli(env, ['account', 'reset', 'ann'])
    expect(reset.out).toMatch(/^http:\/\/localhost:\d+\/reset\?ticket=\w{32}\n$/)
  })

  test('two at once wait for each other', async () => {
    await makeAnn()
    const runs = await Promise.all(
      ['b@example.org', 'c@example.org'].map((to) =>
        runCli(env, ['share', URL_TO_SHARE, '--to', to]),
      ),
    )
    expect(runs.map(({ status }) => status)).toEqual([0, 0])
  })
})

describe('beside a running server', () => {
  test('does the same through its private socket', async () => {
    await makeAnn()
    server = await startServer(env)
    const shared = await runJson(env, ['share', URL_TO_SHARE, '--to', 'bob@example.org'])
    expect(shared.target).toMatchObject({ url: URL_TO_SHARE })
    const { token } = await runJson(env, ['token', 'create', 'ann'])
    const answer = await fetch(`${server.url}/api/v1/shares/${shared.id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    const recalled = (await runJson(env, ['recall', `${shared.id}`])) as unknown as ShareJson
    expect(recalled.recalledAt).not.toBeNull()
    expect((await fetch(recalled.deliveries[0]!.link, { redirect: 'manual' })).status).toBe(410)
  })

  test('says at once of what is only kept that it is not sent', async () => {
    await makeAnn()
    server = await startServer(env)
    const { out, err } = await runCli(env, ['share', URL_TO_SHARE, '--to', 'bob@example.org'])
    expect(out).toContain('bob@example.org  email: Kept here, not sent')
    expect(err).toBe('')
  })

  test('acts as the account that is named', async () => {
    await makeAnn()
    server = await startServer(env)
    await runCli(env, ['account', 'create', 'bob'])
    const args = ['share', URL_TO_SHARE, '--to', 'carol@example.org', '--as', 'bob']
    const { id } = await runJson(env, args)
    const asAnn = await runCli(env, ['status', `${id}`])
    expect(asAnn).toMatchObject({ status: 1, out: '' })
    expect((await runCli(env, ['status', `${id}`, '--as', 'bob'])).status).toBe(0)
    expect((await runCli(env, [...args.slice(0, -1), 'nobody'])).status).toBe(1)
  })

  test('exports everything of an account as JSON, without codes and secrets', async () => {
    await makeAnn()
    server = await startServer(env)
    const { deliveries } = (await runJson(env, [
      'share',
      URL_TO_SHARE,
      '--to',
      'bob@example.org',
    ])) as unknown as ShareJson
    const { out, status } = await runCli(env, ['export', 'ann'])
    expect(status).toBe(0)
    const exported = JSON.parse(out)
    expect(exported.account.username).toBe('ann')
    expect(exported.shares[0].deliveries[0].recipient).toBe('bob@example.org')
    expect(exported.shares[0].createdAt).toMatch(/^20\d\d-/)
    expect(out).not.toContain(deliveries[0]!.link.split('/r/')[1])
    expect(out).not.toMatch(/argon2|passwordHash/)
  })

  test('purges what is due, and says how much; its link goes on working', async () => {
    await makeAnn()
    const share = ['share', URL_TO_SHARE, '--to', 'bob@example.org', 'carol@example.org']
    const { id } = await runJson(env, share)
    expect(await runJson(env, ['purge'])).toEqual({ blanked: 0 })
    const db = new DatabaseSync(join(data.path, 'passalong.db'))
    db.exec(`UPDATE delivery SET final_at = final_at - 91 * 86400000 WHERE n = 0`)
    db.close()
    expect((await runCli(env, ['purge'])).out).toBe('One recipient was blanked.\n')
    server = await startServer(env)
    expect(await runJson(env, ['purge'])).toEqual({ blanked: 0 })
    const { deliveries } = (await runJson(env, ['status', `${id}`])) as unknown as ShareJson
    expect(deliveries).toMatchObject([
      { recipient: null, address: null, name: null },
      { recipient: 'carol@example.org', address: 'carol@example.org' },
    ])
    const path = new URL(deliveries[0]!.link).pathname
    const answer = await fetch(server.url + path, { redirect: 'manual' })
    expect(answer.headers.get('location')).toBe(URL_TO_SHARE)
    expect((await runCli(env, ['export', 'ann'])).out).not.toContain('bob@example.org')
  })
})

describe('against another server', () => {
  test('shares with a token, and leaves to the owner what is the owner’s', async () => {
    await makeAnn()
    server = await startServer(env)
    const { token } = await runJson(env, ['token', 'create', 'ann'])
    const remote = { PASSALONG_URL: server.url, PASSALONG_TOKEN: `${token}` }
    const { id } = await runJson(remote, ['share', URL_TO_SHARE, '--to', 'bob@example.org'])
    expect((await runCli(remote, ['status', `${id}`])).status).toBe(0)
    expect((await runCli(remote, ['doctor'])).status).toBe(0)
    const refused = await runCli(remote, ['account', 'create', 'eve'])
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toContain('PASSALONG_URL')
  })

  test('says what is wrong with the address or the token', async () => {
    const wrong = { PASSALONG_URL: 'http://127.0.0.1:9', PASSALONG_TOKEN: 'pal_x' }
    expect(await runCli(wrong, ['status', 'x'])).toMatchObject({ status: 1 })
    expect(await runCli({ PASSALONG_URL: 'http://127.0.0.1:9' }, ['status', 'x'])).toMatchObject({
      status: 2,
    })
    expect(await runCli({ ...wrong, PASSALONG_URL: 'nonsense' }, ['status', 'x'])).toMatchObject({
      status: 2,
    })
  })
})

describe('usage', () => {
  test.each([
    [['nonsense']],
    [['share', URL_TO_SHARE]],
    [['share']],
    [['account', 'create']],
    [['status', 'a', '--colour']],
  ])('%j is refused with status 2, on stderr', async (args) => {
    const { status, out, err } = await runCli(env, args)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).not.toBe('')
  })

  test('says what is wrong and what was meant, in the language of the terminal', async () => {
    const said = async (args: readonly string[], more: object = {}) =>
      (await runCli({ ...env, ...more }, args)).err.trim()
    const chinese = { LANG: 'zh_CN.UTF-8' }
    expect(await said(['shar'])).toBe('There is no command “shar”. See --help. Did you mean share?')
    expect(await said(['status'])).toBe('Something is missing: <share>. See --help.')
    expect(await said(['status', 'a', 'b'])).toMatch(/^That is more than the command takes/)
    expect(await said(['share', URL_TO_SHARE], chinese)).toBe('缺少选项：--to <recipients...>')
    expect(await said(['share', URL_TO_SHARE, '--to'], chinese)).toMatch(/^选项后缺少内容：--to/)
    expect(await said(['status', 'a', '--jso'], chinese)).toBe(
      '这里没有选项 --jso。请查看 --help。 您是否想用 --json？',
    )
  })

  test('help is in Chinese in a Chinese terminal, that of each command too', async () => {
    for (const args of [['--help'], ['share', '--help'], ['account', 'create', '--help']]) {
      const { out } = await runCli({ ...env, LANG: 'zh_CN.UTF-8' }, args)
      expect(out).toMatch(/^用法： passalong/)
      expect(out).not.toMatch(/Options:|Commands:|display help|output the version/)
    }
  })

  test('--help and --version are no failures', async () => {
    expect(await runCli(env, ['--help'])).toMatchObject({ status: 0, err: '' })
    expect(await runCli(env, ['--version'])).toMatchObject({ status: 0, err: '' })
  })

  test('an empty password is none', async () => {
    const made = await runCli(env, ['account', 'create', 'ann', '--password-stdin'], '\n')
    expect(made.status).toBe(2)
  })
})

describe('failures', () => {
  test('name each recipient that cannot be reached, and send nothing', async () => {
    await makeAnn()
    const args = ['share', URL_TO_SHARE, '--to', 'bob@example.org', 'nobody', '12']
    const { status, err, out } = await runCli(env, args)
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toMatch(/nobody: /)
    expect(err).toMatch(/12: /)
  })

  test('name the way of sending that is not set up where no outbox stands in', async () => {
    await makeAnn()
    const args = ['share', URL_TO_SHARE, '--to', 'bob@example.org']
    for (const more of [{ OUTBOX: 'off' }, { BASE_URL: 'https://go.example.org' }]) {
      const { status, err } = await runCli({ ...env, ...more }, args)
      expect(status).toBe(1)
      expect(err).toContain('bob@example.org: This way of sending is not set up here.')
    }
    const on = { BASE_URL: 'https://go.example.org', OUTBOX: 'on' }
    expect((await runCli({ ...env, ...on }, args)).out).toContain('Kept here, not sent')
  })

  test('without an account say that one is needed', async () => {
    const { status, err } = await runCli(env, ['share', URL_TO_SHARE, '--to', 'b@example.org'])
    expect(status).toBe(1)
    expect(err).toMatch(/account/)
  })

  test('in the settings are all told', async () => {
    const faulty = { ...env, PORT: 'x', LOG_LEVEL: 'y' }
    const { status, err } = await runCli(faulty, ['status', 'x'])
    expect(status).toBe(1)
    expect(err).toMatch(/PORT: [\s\S]*LOG_LEVEL: /)
  })

  test('speak Chinese in a Chinese terminal', async () => {
    const { err } = await runCli({ ...env, LANG: 'zh_CN.UTF-8', PORT: 'x' }, ['status', 'x'])
    expect(err).toContain('请填写')
  })
})
