import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { mailedPath, mailedPaths } from './mailed.ts'
import { linksOf, Visitor } from './visitor.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
  const { createdAt } = web.bob.account
  const { accounts } = web.store
  await accounts.update(web.bob.account.id, {
    email: 'bob@example.org',
    emailVerifiedAt: createdAt,
  })
  await accounts.update(web.ann.account.id, { email: 'ann@example.org', emailVerifiedAt: null })
})
afterAll(() => web.close())

async function forget(who: string) {
  const visitor = new Visitor(web.url)
  const sent = await visitor.submit(await visitor.get('/forgot'), '/forgot', { who })
  return visitor.follow(sent)
}

describe('a forgotten password', () => {
  it('is set anew by the link that is mailed to the verified mailbox', async () => {
    const visitor = new Visitor(web.url)
    const way = linksOf(await visitor.get('/sign-in')).get('Forgotten the password?') ?? ''
    await visitor.submit(await visitor.get(way), '/forgot', { who: 'bob@example.org' })
    const page = await visitor.get(await mailedPath(web, 'bob@example.org', '/reset'))
    const done = await visitor.submit(page, '/reset', { password: 'a brand new pass phrase' })
    expect(done.location).toBe('/')
    expect((await new Visitor(web.url).signIn('bob', 'a brand new pass phrase')).status).toBe(303)
  })

  it('is answered in the same words whoever is named, and mailed to verified mailboxes alone', async () => {
    const named = ['bob', 'ann', 'ann@example.org', 'nobody', 'nobody@example.org', '', '<b>']
    const answers = await Promise.all(named.map(forget))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await mailedPath(web, 'bob@example.org', '/reset')
    expect(await mailedPaths(web, 'ann@example.org', '/reset')).toEqual([])
    expect(await mailedPaths(web, 'nobody@example.org', '/reset')).toEqual([])
  })

  it('cannot be asked for without end, whether or not there is such an account', async () => {
    const fresh = await startWeb()
    const statusesFor = async (who: string): Promise<number[]> => {
      const visitor = new Visitor(fresh.url)
      const page = await visitor.get('/forgot')
      const statuses: number[] = []
      for (let n = 0; n < 4; n++) {
        statuses.push((await visitor.submit(page, '/forgot', { who })).status)
      }
      return statuses
    }
    expect(await statusesFor('bob')).toEqual([303, 303, 303, 429])
    expect(await statusesFor('nobody')).toEqual([303, 303, 303, 429])
    await fresh.close()
  })
})
