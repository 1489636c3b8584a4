import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountId } from '#core/ids.ts'
import { startTestEngine, type TestEngine } from '../fixtures/engine.ts'
import { createScriptedChannel } from '../fixtures/scripted-channel.ts'

describe('groups that hold each other', () => {
  let t: TestEngine
  beforeEach(async () => {
    t = await startTestEngine([createScriptedChannel()])
  })
  afterEach(() => t.stop())

  test('are opened once, not along every way through them', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `group ${i}`)
    await makeGroups(t, t.ann.id, names, (name) => names.filter((other) => other !== name))
    const started = performance.now()
    const share = await t.share(['#"group 0"', 'bob@example.org'])
    expect(share.deliveries.map((delivery) => delivery.address)).toEqual(['bob@example.org'])
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('still reach everybody within, whichever of them comes first', async () => {
    const { contacts } = t.engine
    const group = (name: string, ...members: string[]) =>
      contacts.create(t.ann.id, { kind: 'group', name, members })
    await group('d', 'ann@example.org')
    await group('c', '#d')
    await group('b', '#c')
    await group('a', '#b', '#c')
    const share = await t.share(['#a', '#d'])
    expect(share.deliveries.map((delivery) => delivery.address)).toEqual(['ann@example.org'])
  })

  test('are too many recipients when nobody could look through them', async () => {
    const { contacts } = t.engine
    const strangers = Array.from({ length: 900 }, (_, i) => `nobody called ${i}`)
    for (let n = 0; n < 13; n++) {
      await contacts.create(t.ann.id, { kind: 'group', name: `g${n}`, members: strangers })
    }
    const members = Array.from({ length: 13 }, (_, n) => `#g${n}`)
    await contacts.create(t.ann.id, { kind: 'group', name: 'everybody', members })
    await expect(
      t.share(['#everybody', 'bob@example.org'], { partial: true }),
    ).rejects.toMatchObject({ code: 'too_many_recipients' })
  })
})

async function makeGroups(
  { engine }: TestEngine,
  account: AccountId,
  names: readonly string[],
  membersOf: (name: string) => readonly string[],
): Promise<void> {
  for (const name of names)
    await engine.contacts.create(account, { kind: 'group', name, members: [] })
  for (const { id, name } of await engine.contacts.list(account)) {
    const members = membersOf(name).map((other) => `#"${other}"`)
    await engine.contacts.replace(account, id, { kind: 'group', name, members })
  }
}
