import { afterEach, expect, test } from 'vitest'
import { createAdministration } from '#engine/administration.ts'
import { userNamed } from '../linking/world.ts'
import { openWorld, type World } from './world.ts'

const DAY_MS = 24 * 3_600_000
let world: World
afterEach(() => world.close())

const kept = async () => (await world.store.outbox.page({ limit: 10, cursor: null })).items

test('mail to an account is forgotten with everything else that names somebody', async () => {
  world = await openWorld('memory')
  const { accounts, ann, store, advance, mailsTo } = world
  const password = 'correct horse battery'
  await accounts.changeEmail(ann, 'ann@example.com', { password, locale: 'en' })
  await mailsTo('ann@example.com')
  const administration = createAdministration(store, 90 * DAY_MS)
  await administration.purge()
  expect(await kept()).toHaveLength(1)
  advance(90 * DAY_MS)
  await administration.purge()
  expect(await kept()).toEqual([])
})

test('whoever asks for all that is kept of them gets their identities and browsers, and no hash', async () => {
  world = await openWorld('memory')
  const { ann, store } = world
  await store.identities.link(userNamed('Annie'), ann.id, null)
  await store.accounts.putSession('hash-of-a-key', ann.id, '{}', DAY_MS, 'Firefox, Linux')
  let text = ''
  for await (const piece of createAdministration(store, DAY_MS).export(ann)) text += piece
  expect(JSON.parse(text)).toMatchObject({
    identities: [{ platform: 'telegram', handle: 'annie' }],
    sessions: [{ agent: 'Firefox, Linux' }],
  })
  expect(text).not.toContain('hash-of-a-key')
})
