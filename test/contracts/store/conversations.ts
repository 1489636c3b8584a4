import { expect, it } from 'vitest'
import type { PlatformUser } from '#core/identity.ts'
import type { AccountId, ShareId } from '#core/ids.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { Subject } from './harness.ts'
import { acceptOne, HOUR, sendOne, someAccount } from './plans.ts'
import { namesakes, someUser } from './users.ts'

export function conversationsContract(subject: () => Subject): void {
  const conversations = () => subject().store.conversations

  it('remembers what a conversation wrote, under versions that rise', async () => {
    const bob = someUser()
    expect(await conversations().load(bob)).toBeNull()
    expect(await conversations().save(bob, '{"draft":"你好"}', 0)).toBe(true)
    expect(await conversations().load(bob)).toEqual({ state: '{"draft":"你好"}', version: 1 })
    expect(await conversations().save(bob, 'next', 1)).toBe(true)
    expect(await conversations().load(bob)).toEqual({ state: 'next', version: 2 })
    for (const other of namesakes(bob)) expect(await conversations().load(other)).toBeNull()
  })

  it('saves nothing over a version that was not loaded', async () => {
    const bob = someUser()
    expect(await conversations().save(bob, 'a', 1)).toBe(false)
    await conversations().save(bob, 'a', 0)
    for (const expected of [0, 2]) {
      expect(await conversations().save(bob, 'b', expected)).toBe(false)
    }
    expect(await conversations().load(bob)).toEqual({ state: 'a', version: 1 })
  })

  it('saves one of those that come together', async () => {
    const bob = someUser()
    for (const expected of [0, 1, 2]) {
      const texts = ['a', 'b', 'c', 'd'].map((text) => `${text}${expected}`)
      const saved = await Promise.all(
        texts.map((text) => conversations().save(bob, text, expected)),
      )
      expect(saved.filter(Boolean)).toHaveLength(1)
      const state = texts[saved.indexOf(true)]
      expect(await conversations().load(bob)).toEqual({ state, version: expected + 1 })
    }
  })

  it('forgets conversations that nobody wrote in', async () => {
    const [idle, old, busy] = [someUser(), someUser(), someUser()]
    for (const user of [idle, old, busy]) await conversations().save(user, 'x', 0)
    await subject().advance(400)
    await conversations().save(busy, 'y', 1)
    expect(await conversations().forget(HOUR, 10)).toBe(0)
    expect(await conversations().forget(400, 1)).toBe(1)
    expect(await conversations().forget(400, 10)).toBe(1)
    expect(await conversations().forget(400, 10)).toBe(0)
    expect(await conversations().load(idle)).toBeNull()
    expect(await conversations().load(busy)).toEqual({ state: 'y', version: 2 })
    expect(await conversations().save(idle, 'again', 0)).toBe(true)
  })
}

interface Shared {
  readonly share: ShareId
  readonly account: AccountId
}

/** A message that shows a share to a user. */
export function statusOf(shared: Shared, user: PlatformUser, more: Partial<StatusMessage> = {}) {
  const { platform, connection, id } = user
  return {
    share: shared.share,
    account: shared.account,
    user: { platform, connection, id },
    chat: { id: `chat:${id} x`, kind: 'private' },
    audience: 'sender',
    message: '17',
    locale: 'zh-CN',
    shown: 1,
    ...more,
  } satisfies StatusMessage
}

export function statusMessagesContract(subject: () => Subject): void {
  const conversations = () => subject().store.conversations

  const accept = async (account = someAccount()): Promise<Shared & { revise(): Promise<void> }> => {
    const { store } = subject()
    const { id, share } = await acceptOne(store, {}, { account })
    const revise = async (): Promise<void> => {
      await sendOne(store, id)
      await store.shares.revise(1_000)
    }
    return { share, account, revise }
  }
  /** Every page, so that few or none on one are not taken for the end. */
  const allBehind = async (user: PlatformUser, limit: number): Promise<StatusMessage[]> => {
    const found: StatusMessage[] = []
    let after: string | undefined
    do {
      const page = await conversations().behind(user, { limit, after })
      expect(page.messages.length).toBeLessThanOrEqual(limit)
      found.push(...page.messages)
      after = page.next ?? undefined
    } while (after !== undefined)
    return found
  }

  it('follows one message of each chat and audience', async () => {
    const [shared, bob] = [await accept(), someUser()]
    const first = statusOf(shared, bob)
    await conversations().follow(first)
    expect(await conversations().ofShare(shared.share)).toEqual([first])
    const second = { ...first, message: '18', shown: 2 }
    await conversations().follow(second)
    expect(await conversations().ofShare(shared.share)).toEqual([second])
    const group = statusOf(shared, bob, { chat: { id: '-100', kind: 'group' } })
    const elsewhere = namesakes(bob).map((user) => ({
      ...first,
      user: statusOf(shared, user).user,
    }))
    const announced = { ...group, audience: 'everybody' as const, message: '' }
    for (const other of [group, announced, ...elsewhere]) await conversations().follow(other)
    const all = await conversations().ofShare(shared.share)
    expect(all).toHaveLength(5)
    for (const one of [second, group, announced, ...elsewhere]) expect(all).toContainEqual(one)
    await conversations().unfollow(announced)
    expect(await conversations().ofShare(shared.share)).toHaveLength(4)
    expect(await conversations().ofShare((await accept()).share)).toEqual([])
  })

  it('notes what a message shows, never an earlier revision', async () => {
    const status = statusOf(await accept(), someUser())
    await conversations().follow(status)
    await conversations().shown(status, 4)
    await conversations().shown(status, 3)
    expect(await conversations().ofShare(status.share)).toEqual([{ ...status, shown: 4 }])
  })

  it('lets a message say nothing once another took its place', async () => {
    const status = statusOf(await accept(), someUser())
    const next = { ...status, message: '18' }
    await conversations().follow(status)
    await conversations().follow(next)
    await conversations().shown(status, 4)
    await conversations().unfollow(status)
    expect(await conversations().ofShare(status.share)).toEqual([next])
    await conversations().unfollow(next)
    expect(await conversations().ofShare(status.share)).toEqual([])
  })

  it('finds, page by page, what shows an earlier revision than its share has', async () => {
    const bob = someUser()
    const behind: StatusMessage[] = []
    for (let i = 0; i < 7; i++) {
      const shared = await accept()
      if (i % 3 !== 1) await shared.revise()
      const status = statusOf(shared, bob)
      await conversations().follow(status)
      if (i % 3 !== 1) behind.push(status)
    }
    for (const limit of [1, 2, 10]) {
      const found = await allBehind(bob, limit)
      expect(found).toHaveLength(behind.length)
      for (const status of behind) expect(found).toContainEqual(status)
    }
    for (const other of namesakes(bob)) expect(await allBehind(other, 2)).toEqual([])
    const [first, ...rest] = behind as [StatusMessage, ...StatusMessage[]]
    const revision = (await subject().store.shares.get(first.share))?.revision ?? 0
    await conversations().shown(first, revision)
    expect(await allBehind(bob, 2)).toHaveLength(rest.length)
  })

  it('stops following what has not been changed for long', async () => {
    const [old, older] = [
      statusOf(await accept(), someUser()),
      statusOf(await accept(), someUser()),
    ]
    const shown = statusOf(await accept(), someUser())
    for (const one of [old, older, shown]) await conversations().follow(one)
    await subject().advance(400)
    await conversations().shown(shown, 5)
    expect(await conversations().settleStatus(HOUR, 10)).toBe(0)
    expect(await conversations().settleStatus(400, 1)).toBe(1)
    expect(await conversations().settleStatus(400, 10)).toBe(1)
    expect(await conversations().ofShare(old.share)).toEqual([])
    expect(await conversations().ofShare(shown.share)).toHaveLength(1)
  })
}
