import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Logger } from '#ports/logger.ts'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { TELEGRAM, telegramUser } from './pages/chat-users.ts'
import { mailedPath } from './pages/mailed.ts'
import { browserOf, linksOf, Visitor } from './pages/visitor.ts'

let log = ''
const note = (...parts: readonly unknown[]): void => {
  log += parts.map((part) => JSON.stringify(part, errorsToo)).join(' ')
}
const listening: Logger = { debug: note, info: note, warn: note, error: note }

function errorsToo(_name: string, value: unknown): unknown {
  return value instanceof Error ? `${value.stack}` : value
}

let web: RunningWeb
/** Set: the store no longer answers what links are asked for by. */
let broken = false
beforeAll(async () => {
  web = await startWeb({
    logger: listening,
    chats: [TELEGRAM],
    prepare: (store) => ({
      ...store,
      identities: {
        ...store.identities,
        attempt: (hash) =>
          broken ? Promise.reject(new Error('out of order')) : store.identities.attempt(hash),
      },
    }),
  })
})
afterAll(() => web.close())

it('no secret of a link, PIN or ticket is logged, whatever goes wrong with it', async () => {
  const user = telegramUser(1, 'ann', 'Ann')
  const { secret } = await web.engine.linking.beginInChat(user, { move: false })
  const visitor = await browserOf(web, web.ann.account)
  const agreed = await visitor.follow(
    await visitor.submit(await visitor.get(`/link/${secret}`), `/link/${secret}`),
  )
  const pin = /aria-label="([\d ]{11})"/.exec(agreed.html)?.[1]?.replaceAll(' ', '') ?? ''
  const started = await visitor.follow(
    await visitor.submit(await visitor.get('/account/chats'), '/account/chats/telegram'),
  )
  const link = linksOf(started).get('Open Telegram') ?? ''
  await visitor.submit(started, '/account/chats/telegram/pin', { pin: '987654' })
  const tickets = await ticketsOfMail()
  for (const path of tickets) await new Visitor(web.url).get(path)
  broken = true
  const failed = await visitor.get(`/link/${secret}`)
  expect(failed.status).toBe(500)
  broken = false
  expect(log).toContain('out of order')
  const secrets = [secret, pin, new URL(link).searchParams.get('start') ?? '', '987654']
  for (const one of [...secrets, ...tickets.map((path) => path.split('=')[1] ?? '')]) {
    expect(one).toMatch(/^\w{6,}$/)
    expect(log).not.toContain(one)
  }
})

async function ticketsOfMail(): Promise<readonly string[]> {
  const { accounts } = web.engine
  const options = { password: 'correct horse battery', locale: 'en' } as const
  await accounts.changeEmail(web.bob.account, 'bob@example.org', options)
  const verify = await mailedPath(web, 'bob@example.org', '/verify')
  await accounts.verifyEmail(verify.split('=')[1] ?? '')
  await accounts.requestReset('bob', { ip: '192.0.2.1', locale: 'en' })
  return [verify, await mailedPath(web, 'bob@example.org', '/reset')]
}
