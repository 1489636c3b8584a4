import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ShareView } from '#engine/engine.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { elements, signedIn, Visitor } from '#test/web/pages/visitor.ts'
import { type RunningWeb, startWeb, until } from '#test/web/start-web.ts'

const NUMBER = '+8613800138000'
const connection = { channel: 'sms', connection: 'default' as never } as const
let web: RunningWeb
let sms: ScriptedChannel
beforeAll(async () => {
  sms = createScriptedChannel({ name: 'sms' })
  web = await startWeb({ settings: { undoSeconds: 0 }, parts: () => ({ channels: [sms] }) })
})
afterAll(() => web.close())

let texts = 0
function text(words: string, value = NUMBER): Promise<void> {
  const from = { channel: 'sms', value } as const
  return web.engine.sink.reply({ connection, from, text: words, inboundId: `w${++texts}` })
}

async function shared(to = NUMBER, sender = web.ann.account): Promise<ShareView> {
  const request = { url: 'https://example.org/a', recipients: [to] }
  const options = { frontEnd: 'api', locale: 'en' } as const
  const { share } = await web.engine.sharing.accept(sender, request, options)
  return until(
    () => web.engine.sharing.get(sender, share.id),
    ({ deliveries }) => deliveries.every(({ state }) => state === 'accepted'),
  )
}

describe('what recipients write back', () => {
  it("stands on the share's page: who, when and what, the newest last, and is only text", async () => {
    const { id } = await shared()
    const visitor = await signedIn(web)
    expect((await visitor.get(`/shares/${id}`)).text).not.toContain('Replies')
    await text('first')
    await new Promise((resolve) => setTimeout(resolve, 5))
    await text('<img src=x onerror=alert(1)>\nsecond')
    await text('')
    const page = await visitor.get(`/shares/${id}`)
    expect(elements(page, 'img')).toEqual([])
    expect(page.text).toMatch(/Replies .*\+8613800138000 .*first.*<img src=x onerror=alert\(1\)>/s)
    expect(page.text).toContain('No text')
  })

  it('is told in Chinese too', async () => {
    const { id } = await shared()
    await text('收到')
    const visitor = new Visitor(web.url, 'zh-CN')
    await visitor.signIn('ann')
    const page = await visitor.get(`/shares/${id}`)
    expect(page.text).toMatch(/回复 .*收到/s)
  })

  it('raises the revision that the page and its stream go by', async () => {
    const { id, revision } = await shared()
    const told = new Promise<number>((resolve) => {
      const end = web.engine.status.subscribe((change) => {
        if (change.share !== id || change.revision <= revision) return
        end()
        resolve(change.revision)
      })
    })
    await text('hello')
    expect(await told).toBeGreaterThan(revision)
  })

  it('is listed by the API in pages, newest first, and to its sender alone', async () => {
    const { id, deliveries } = await shared('+8613800138001')
    for (const words of ['one', 'two', 'three']) {
      await text(words, '+8613800138001')
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    await text('STOP', '+8613800138001')
    const path = `/api/v1/shares/${id}/replies`
    const first = await web.api('GET', `${path}?limit=2`)
    expect(first.json.replies).toMatchObject([
      { text: 'three', recipient: '+8613800138001', channel: 'sms', delivery: deliveries[0]?.id },
      { text: 'two' },
    ])
    const rest = await web.api('GET', `${path}?limit=2&cursor=${first.json.cursor}`)
    expect(rest.json).toMatchObject({ replies: [{ text: 'one' }], cursor: null })
    const { token } = web.bob
    expect((await web.api('GET', path, { token })).status).toBe(404)
    expect((await web.api('GET', path, { token: null })).status).toBe(401)
  })

  it('goes with the account in its export', async () => {
    await shared()
    await text('to be exported')
    const { text: exported } = await web.api('GET', '/local/accounts/ann/export', { local: true })
    expect(JSON.parse(exported).shares.at(-1).replies).toMatchObject([{ text: 'to be exported' }])
  })
})

describe('the page that a STOP is answered with', () => {
  it('offers to stop only this sender, or to resume, and does either', async () => {
    const number = '+8613800138002'
    await shared(number)
    await text('STOP', number)
    const answers = () =>
      sms.wrote.flatMap((one) => (one.channel === 'sms' && one.to === number ? [one.text] : []))
    const [answer] = await until(
      async () => answers(),
      ({ length }) => length > 0,
    )
    const path = /\/u\/[\w-]+/.exec(answer ?? '')?.[0] ?? ''
    const reader = new Visitor(web.url, 'en')
    const page = await reader.get(path)
    expect(page.text).toContain('You get no more messages from here')
    expect(page.text).toContain('Only stop messages from ann')
    expect(page.text).toContain('Receive messages again')

    await reader.post(path, { choice: 'stop-sender' })
    await expect(shared(number)).rejects.toThrow('"suppressed"')
    await shared(number, web.bob.account)
    await reader.post(path, { choice: 'resume' })
    await shared(number)
  })
})
