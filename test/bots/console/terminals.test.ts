import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'
import type { ChatAnswerJson, ChatNewsJson, ChatStepJson } from '#web/api/chat-schemas.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'

const LINE = 'https://example.org/a bob@example.org -- look'
let web: RunningWeb
let terminals = 0

beforeAll(async () => {
  web = await startWeb({ settings: { undoSeconds: 1 } })
})
afterAll(() => web.close())

/** A terminal of its own, at the API's door or, for a login name, at the private one. */
function openTerminal(sitter: { readonly token?: string; readonly login?: string } = {}) {
  terminals += 1
  const own = `chat/terminal-${terminals}`
  const { login } = sitter
  const path = login === undefined ? `/api/v1/${own}` : `/local/logins/${login}/${own}`
  const how = { local: login !== undefined, token: sitter.token ?? web.ann.token }
  let inputs = 0
  const enter = async (act: object, more: object = {}): Promise<ChatAnswerJson> => {
    inputs += 1
    const body = { id: `${inputs}`, act, ...more }
    const { status, json, text } = await web.api('POST', path, { ...how, body })
    expect(status, text).toBe(200)
    return json
  }
  return {
    path,
    how,
    enter,
    type: (text: string, more?: object) => enter({ kind: 'typed', text }, more),
    async news(after = 0): Promise<ChatNewsJson> {
      return (await web.api('GET', `${path}?after=${after}&wait=1`, how)).json
    },
  }
}

function textOf(steps: readonly ChatStepJson[]): string {
  const screens = steps.flatMap((step) => (step.kind === 'shown' ? [step.screen] : []))
  return screens.flatMap(({ body }) => body.map((run) => run.text)).join('\n')
}

function pressOf(steps: readonly ChatStepJson[], label: RegExp) {
  for (const step of steps) {
    const buttons = step.kind === 'shown' ? step.screen.buttons.flat() : []
    const found = buttons.find((button) => button.kind === 'press' && label.test(button.label))
    if (found?.kind === 'press') {
      return { kind: 'pressed', press: found.press, message: step.message }
    }
  }
  throw new Error(`no button ${label}: ${JSON.stringify(steps)}`)
}

describe('a terminal', () => {
  test('sends a whole line at once, tells of it, and is told how it fares without asking', async () => {
    const terminal = openTerminal()
    await terminal.news()
    const answer = await terminal.type(LINE)
    expect(answer).toMatchObject({ account: 'ann', refused: false, draft: false })
    expect(answer.shares).toHaveLength(1)
    const [shown] = answer.steps
    expect(textOf(answer.steps)).toContain('bob@example.org')
    const { steps } = await until(
      () => terminal.news(),
      (news) => /Kept here/.test(textOf(news.steps)),
      30_000,
    )
    expect(steps.map(({ message }) => message)).toEqual([shown?.message])
  })

  test('takes a share back while it is held', async () => {
    const terminal = openTerminal()
    const { steps, shares } = await terminal.type(LINE)
    await terminal.enter(pressOf(steps, /Undo/))
    const { json } = await web.api('GET', `/api/v1/shares/${shares[0]}`)
    expect(json.deliveries).toMatchObject([{ state: 'cancelled' }])
    expect((await terminal.type('/cancel')).draft).toBe(false)
  })

  test('that sends the same input again shares once', async () => {
    const terminal = openTerminal()
    const url = 'https://example.org/only-once'
    const body = { id: 'same', act: { kind: 'typed', text: `${url} bob@example.org` } }
    const ask = () => web.api('POST', terminal.path, { ...terminal.how, body })
    const answers = await Promise.all([ask(), ask(), ask()])
    answers.push(await ask())
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const shares: readonly ShareJson[] = (await web.api('GET', '/api/v1/shares?limit=100')).json
      .shares
    expect(shares.filter(({ target }) => target.url === url)).toHaveLength(1)
  })

  test('shares its dialogue with another of the same person, and each is answered itself', async () => {
    const one = openTerminal()
    const other = openTerminal()
    await one.news()
    expect((await one.type('https://example.org/two')).draft).toBe(true)
    const answer = await other.type('carol@example.org')
    expect(textOf(answer.steps)).toContain('example.org')
    expect((await other.type('/cancel')).draft).toBe(false)
    const { steps } = await one.news()
    expect(steps.map(({ kind }) => kind)).toEqual(['settled'])
  })

  test('of a pipe has a dialogue of its own, in which whole lines go out without being held', async () => {
    const attended = openTerminal()
    await attended.type('https://example.org/mine')
    const pipe = openTerminal()
    const sent = await pipe.type(LINE, { unattended: true })
    const { json } = await web.api('GET', `/api/v1/shares/${sent.shares[0]}`)
    expect(json.sendAt).toBeNull()
    expect(json.deliveries[0].state).not.toBe('scheduled')
    expect(textOf((await attended.type('bob@example.org')).steps)).toContain('example.org')
    await attended.type('/cancel')
  })
})

describe('nobody sees another’s', () => {
  test('terminal of the same name, dialogue, or shares', async () => {
    const anns = openTerminal()
    await anns.news()
    const { shares } = await anns.type(LINE)
    const asBob = { token: web.bob.token }
    expect((await web.api('GET', `${anns.path}?after=0`, asBob)).json.steps).toEqual([])
    const bobs = openTerminal(asBob)
    await bobs.news()
    expect(textOf((await bobs.type('carol@example.org')).steps)).not.toContain('example.org/a')
    const asked = await bobs.type(`/status ${shares[0]}`)
    expect(textOf(asked.steps)).not.toContain('bob@example.org')
    expect(JSON.stringify(await bobs.news())).not.toContain('bob@example.org')
  })

  test('nor does another login name', async () => {
    const carol = openTerminal({ login: 'carol' })
    expect(await carol.type(LINE)).toMatchObject({ account: null, shares: [] })
    const dave = openTerminal({ login: 'dave' })
    expect(textOf((await dave.type('bob@example.org')).steps)).not.toContain('look')
  })
})

describe('a login name', () => {
  test('acts for an account once it is linked by a PIN, and goes on with what it had begun', async () => {
    const erin = openTerminal({ login: 'erin' })
    const asked = await erin.type(LINE)
    expect(asked.account).toBeNull()
    const secret = /\/link\/(\w+)/.exec(JSON.stringify(asked.steps))?.[1] ?? ''
    const { pin } = await web.engine.linking.agreeOnPage(secret, web.bob.account)
    const linked = await erin.type(pin)
    expect(linked).toMatchObject({ account: 'bob', draft: true })
    const sent = await erin.enter(pressOf(linked.steps, /Send/))
    expect(sent.shares).toHaveLength(1)
    const [identity] = await web.engine.linking.identities(web.bob.account.id)
    expect(identity).toMatchObject({ platform: 'console', id: 'erin' })
  })

  test('is linked from a page too, and told when the PIN was typed there', async () => {
    const frank = openTerminal({ login: 'frank' })
    await frank.news()
    const { secret } = await web.engine.linking.beginOnPage(web.bob.account, 'console')
    const offered = await frank.type(`/start ${secret}`)
    const agreed = await frank.enter(pressOf(offered.steps, /Yes/))
    const pin = /\d{3} ?\d{3}/.exec(textOf(agreed.steps))?.[0] ?? ''
    await web.engine.linking.finishOnPage(web.bob.account, pin)
    const told = await until(
      () => frank.news(),
      ({ steps }) => /Linked/.test(textOf(steps)),
    )
    expect(textOf(told.steps)).toContain('bob')
    expect(await frank.type('/whoami')).toMatchObject({ account: 'bob' })
  })

  test.each(['with space', 'a:b', 'a#b', 'a%2Fb'])('is not %j', async (login) => {
    const { status } = await web.api('POST', `/local/logins/${login}/chat/terminal-x`, {
      local: true,
      body: { id: '1', act: { kind: 'typed', text: '/help' } },
    })
    expect(status).toBe(404)
  })

  test.each(['?wait=31', '?after=x', '?after=-1'])(
    'asks for news by a query that is right: %s',
    async (query) => {
      const path = `/local/logins/erin/chat/terminal-x${query}`
      expect((await web.api('GET', path, { local: true })).status).toBe(400)
    },
  )

  test('is no way in from outside', async () => {
    const body = { id: '1', act: { kind: 'typed', text: '/help' } }
    const path = '/local/logins/erin/chat/terminal-x'
    expect((await web.api('POST', path, { body })).status).toBe(404)
  })
})

describe('so many terminals', () => {
  test('of one account are open at most, and the refusal says what to do', async () => {
    const web2 = await startWeb()
    const ask = (n: number) => web2.api('GET', `/api/v1/chat/many-${String(n).padStart(4, '0')}`)
    const statuses = []
    for (let n = 0; n < 21; n++) statuses.push((await ask(n)).status)
    expect(statuses).toEqual([...Array(20).fill(200), 429])
    expect((await ask(21)).json.detail).toMatch(/Close one/)
    expect((await web2.api('GET', '/api/v1/chat/many-0000')).status).toBe(200)
    await web2.close()
  })

  test('wait no longer than the server serves', async () => {
    const web2 = await startWeb()
    const path = '/api/v1/chat/terminal-1'
    const waiting = web2.api('GET', `${path}?wait=30`)
    await until(
      () => web2.api('GET', '/api/v1/channels'),
      ({ status }) => status === 200,
    )
    web2.endStreams()
    expect((await waiting).json?.steps ?? []).toEqual([])
    expect((await web2.api('GET', path)).status).toBe(503)
    await web2.close()
  })
})
