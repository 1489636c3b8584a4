import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runChat, spawnChat } from '#test/fixtures/run-chat.ts'
import { runCli } from '#test/fixtures/run-cli.ts'
import { makeDataDir, type ProductEnv } from '#test/fixtures/running-server.ts'
import { createServerUnderTest, type ServerUnderTest } from '#test/fixtures/server.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { startSmtpServer } from '#test/services/smtp-server.ts'

const LINE = 'https://example.org/a bob@example.org -- look\n'
const AS_ANN = ['--account', 'ann'] as const
/** The data folder of one server, which runs in some of the tests. */
let server: ServerUnderTest
let env: ProductEnv

beforeAll(async () => {
  server = await createServerUnderTest()
  env = server.env
})
afterAll(() => server.dispose())

describe('a pipe without a server', () => {
  test('sends a whole line, waits, and says plainly and once how it stands', async () => {
    const { status, out, err } = await runChat({ ...env, FORCE_COLOR: '1' }, LINE, AS_ANN)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out.match(/bob@example\.org: Kept here, not sent/g)).toHaveLength(1)
    expect(out).not.toMatch(/(?!\n)\p{Cc}|Scheduled|ann>|Recall/u)
  })

  test('says on the side what somebody would have been asked', async () => {
    const lines = [
      LINE.replace('example.org --', 'gmial.com --'),
      LINE.replace('example.org/a', 'аpple.com/a'),
    ]
    const { status, out, err } = await runChat(env, lines.join(''), AS_ANN)
    expect(status).toBe(0)
    expect(err).toMatch(/⚠ bob@gmial\.com: did you mean bob@gmail\.com\?.*⚠ Look closely: .*xn--/s)
    expect(out.match(/Kept here/g)).toHaveLength(2)
    expect(out).not.toMatch(/⚠/)
  })

  test('goes through the lines in their order, and answers what one of them asked', async () => {
    const lines = ['/help', 'https://example.org/a', '', 'carol@example.org', LINE, '/exit', LINE]
    const { status, out, err } = await runChat(env, lines.join('\n'), AS_ANN)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/\/contacts.*Who shall get it\?.*carol@.*Kept here.*bob@.*Kept here/s)
    expect(out.match(/Kept here/g)).toHaveLength(2)
  })

  test('fails where one line is refused or left open, though others went out', async () => {
    const refused = '/share https://example.org/a nobody@nowhere'
    const open = 'https://example.org/b'
    const { status, out, err } = await runChat(env, [refused, open, LINE].join('\n'), AS_ANN)
    expect(status).toBe(1)
    expect(err).toMatch(/nobody@nowhere.*Nothing was sent.*left open/s)
    expect(out).toMatch(/Kept here/)
  })

  test('fails where a question is left open at the end', async () => {
    const { status, err } = await runChat(env, 'https://example.org/a\n', AS_ANN)
    expect(status).toBe(1)
    expect(err).toMatch(/left open/)
  })

  test('fails where the mail server refuses the message', async () => {
    const smtp = await startSmtpServer()
    smtp.fault({ at: 'rcpt', reply: '550 5.1.1 No such user' })
    const mailing = { ...env, SMTP_URL: `smtp://127.0.0.1:${smtp.port}` }
    const { status, out } = await runChat(mailing, LINE.replace('bob', 'gone'), AS_ANN)
    await smtp.close()
    expect(status).toBe(1)
    expect(out).toMatch(/✗ gone@example\.org: Failed/)
  })

  test.each([
    [['--help'], 0, /--account <name>/],
    [['--acount', 'ann'], 2, /--acount/],
    [['--account', 'nobody'], 1, /no such account/],
  ])('given %j ends with status %i', async (args, expected, said) => {
    const { status, out, err } = await runChat(env, LINE, args)
    expect(status).toBe(expected)
    expect(expected === 0 ? out : err).toMatch(said)
    expect(expected === 0 ? err : out).toBe('')
  })

  test('says how to make the first account, in the language of the terminal', async () => {
    const data = makeDataDir()
    const { status, err } = await runChat({ DATA_DIR: data.path, LANG: 'zh_CN.UTF-8' }, LINE)
    data.remove()
    expect(status).toBe(1)
    expect(err).toMatch(/这里还没有账户.*npm run cli -- account create/s)
  })

  test('says what to do where nobody answers', async () => {
    const remote = { PASSALONG_URL: 'http://127.0.0.1:1', PASSALONG_TOKEN: 'x' }
    const { status, err } = await runChat(remote, LINE)
    expect(status).toBe(1)
    expect(err).toMatch(/127\.0\.0\.1:1.*npm run cli -- doctor/s)
  })
})

describe('a pipe beside a running server', () => {
  beforeAll(() => server.start())

  test('does the same by it, and from elsewhere by its address and a token', async () => {
    expect(await runChat(env, LINE, AS_ANN)).toMatchObject({ status: 0, err: '' })
    const remote = { PASSALONG_URL: server.baseUrl, PASSALONG_TOKEN: server.token }
    const { status, out } = await runChat(remote, LINE)
    expect(status).toBe(0)
    expect(out).toMatch(/bob@example\.org: Kept here/)
  })

  test('shows who is not linked the way to an account, and shares nothing', async () => {
    const { status, out } = await runChat(env, LINE)
    expect(status).toBe(1)
    expect(out).toMatch(/\/link\/\w{32}/)
    expect(out).not.toMatch(/Kept here/)
  })

  test('goes on where the server is started again between two lines', async () => {
    const chat = spawnChat(env, AS_ANN)
    chat.child.stdin?.write('https://example.org/again\n')
    await until(() => /Who shall get it/.test(chat.out))
    await server.end('SIGKILL')
    chat.child.stdin?.end('bob@example.org\n')
    await server.start()
    expect(await chat.ended()).toBe(0)
    expect(chat.out).toMatch(/bob@example\.org: Kept here/)
  })
})

describe.skipIf(skippedFor(await missingDatabase()))('a pipe on MongoDB', () => {
  test('shares beside no server at all', async () => {
    const shared = {
      MONGODB_URI: await freshDatabase(),
      SESSION_SECRET: 'a secret of thirty-two characters or more',
      OUTBOX: 'on',
    }
    await runCli(shared, ['account', 'create', 'ann'])
    expect(await runChat(shared, LINE, AS_ANN)).toMatchObject({ status: 0, err: '' })
  })
})

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
