import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Instant, ReplyId } from '#core/ids.ts'
import type { KeptReply, NewAnswer, NewReply, OwedAnswer } from '#ports/store/replies.ts'
import type { Subject } from './harness.ts'
import {
  acceptOne,
  claimed,
  deliveryNow,
  endpointKey,
  retryIn,
  sendOne,
  settlement,
  settleNow,
  someAddress,
} from './plans.ts'

const LEASE_MS = 400

export function someReply(more: Partial<NewReply> = {}): NewReply {
  const value = someAddress()
  return {
    id: randomBytes(16).toString('hex') as ReplyId,
    connection: { channel: 'sms', connection: 'kannel' as never },
    endpoint: endpointKey(value),
    from: { channel: 'sms', value },
    text: 'thank you 谢谢',
    means: 'other',
    delivery: null,
    share: null,
    ...more,
  }
}

export function owing(kind: NewAnswer['kind'], key: string, withinMs: number | null = null) {
  return { kind, channel: 'sms', once: { key, withinMs }, fresh: null, budget: null } as const
}

export function repliesContract(subject: () => Subject): void {
  const store = () => subject().store
  const replies = () => store().replies
  const claimDue = (limit = 10): Promise<readonly OwedAnswer[]> =>
    replies().claim({ channel: 'sms', limit, leaseMs: LEASE_MS })
  const idsOf = (owed: readonly OwedAnswer[]): string[] => owed.map(({ reply }) => reply.id).sort()
  const raised = async (): Promise<string[]> =>
    (await store().shares.revise(10)).map(({ id }) => id)

  it('keeps a reply once, with what is owed for it', async () => {
    const reply = someReply({ means: 'stop', text: 'STOP' })
    expect(await replies().has(reply.id)).toBe(false)
    expect(await replies().keep(reply, owing('stop', 'a'))).toBe(true)
    expect(await replies().has(reply.id)).toBe(true)
    expect(await replies().keep({ ...reply, text: 'again' }, owing('stop', 'b'))).toBe(false)
    const [owed, ...others] = await claimDue()
    expect(others).toEqual([])
    expect(owed).toMatchObject({ kind: 'stop', channel: 'sms', attempts: 0, unknowns: 0 })
    expect(owed?.reply).toEqual({ ...reply, at: expect.any(Number) })
  })

  it('keeps one of duplicates that come at the same time', async () => {
    const reply = someReply()
    const kept = await Promise.all(
      Array.from({ length: 10 }, () => replies().keep(reply, owing('forward', reply.id))),
    )
    expect(kept.filter(Boolean)).toHaveLength(1)
    expect(await claimDue()).toHaveLength(1)
  })

  it('owes one answer of a key, however many replies ask for it at the same time', async () => {
    const kept = await Promise.all(
      Array.from({ length: 10 }, () => replies().keep(someReply(), owing('stop', 'one'))),
    )
    expect(kept.every(Boolean)).toBe(true)
    expect(await claimDue()).toHaveLength(1)
  })

  it('owes another of a key once its time is over', async () => {
    const ask = async (): Promise<number> => {
      await replies().keep(someReply(), owing('help', 'h', 200))
      const owed = await claimDue()
      for (const { lease } of owed) await replies().settle(lease, { kind: 'done' })
      return owed.length
    }
    expect([await ask(), await ask()]).toEqual([1, 0])
    await subject().advance(210)
    expect([await ask(), await ask()]).toEqual([1, 0])
  })

  it('owes nothing for what began too long ago', async () => {
    const since = subject().now() as Instant
    const answer = { ...owing('stop', 's'), fresh: { since, withinMs: 200 } }
    await subject().advance(210)
    await replies().keep(someReply(), answer)
    expect(await claimDue()).toEqual([])
    await replies().keep(someReply(), { ...answer, fresh: { since, withinMs: 60_000 } })
    expect(await claimDue()).toHaveLength(1)
  })

  it('owes no more answers than their budget has, however many ask at the same time', async () => {
    const ask = (key: string, ...mosts: readonly number[]): Promise<unknown> => {
      const limits = mosts.map((most, i) => ({ most, withinMs: 60_000 * 10 ** i }))
      const reply = someReply()
      return replies().keep(reply, { ...owing('help', reply.id), budget: { key, limits } })
    }
    const owedNow = async (): Promise<number> => {
      const owed = await claimDue(50)
      for (const { lease } of owed) await replies().settle(lease, { kind: 'done' })
      return owed.length
    }
    await Promise.all(Array.from({ length: 12 }, () => ask('a', 3, 5)))
    expect(await owedNow()).toBe(3)
    await ask('b', 1)
    expect(await owedNow()).toBe(1)
    await ask('a', 4)
    expect(await owedNow()).toBe(1)
  })

  it('has another of a budget once one of its time is over', async () => {
    const limits = [
      { most: 2, withinMs: 60_000 },
      { most: 3, withinMs: 3_600_000 },
    ]
    const ask = async (): Promise<number> => {
      const reply = someReply()
      await replies().keep(reply, { ...owing('help', reply.id), budget: { key: 'a', limits } })
      const owed = await claimDue()
      for (const { lease } of owed) await replies().settle(lease, { kind: 'done' })
      return owed.length
    }
    expect([await ask(), await ask(), await ask()]).toEqual([1, 1, 0])
    await subject().advance(60_010)
    expect([await ask(), await ask()]).toEqual([1, 0])
    await subject().advance(60_010)
    expect(await ask()).toBe(0)
  })

  it("gives a share's replies in pages, newest first, and raises its revision", async () => {
    const { share, id } = await acceptOne(store())
    const other = await acceptOne(store())
    await raised()
    for (let i = 0; i < 5; i++) {
      await replies().keep(someReply({ share, delivery: id, text: `${i}` }), null)
      if (i !== 2) await subject().advance(3)
    }
    await replies().keep(someReply({ share: other.share, delivery: other.id }), null)
    await replies().keep(someReply({ means: 'stop', delivery: id }), null)
    expect((await raised()).sort()).toEqual([share, other.share].sort())
    const found: KeptReply[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<ReturnType<typeof replies>['ofShare']>> =
        await replies().ofShare(share, { limit: 2, cursor })
      expect(page.items.length).toBeLessThanOrEqual(2)
      found.push(...page.items)
      cursor = page.cursor
    } while (cursor)
    const texts = found.map(({ text }) => text)
    expect([texts.slice(0, 1), texts.slice(1, 3).sort(), texts.slice(3)]).toEqual([
      ['4'],
      ['2', '3'],
      ['1', '0'],
    ])
    expect(found[0]).toMatchObject({ share, delivery: id, means: 'other' })
    expect(
      (await replies().ofShare('0'.repeat(15) as never, { limit: 2, cursor: null })).items,
    ).toEqual([]) // nobody's
  })

  it('claims what is owed on a channel, the longest owed first, once at a time', async () => {
    const all = Array.from({ length: 4 }, () => someReply())
    for (const reply of all) {
      await replies().keep(reply, owing('help', reply.id))
      await subject().advance(3)
    }
    const mail = someReply()
    await replies().keep(mail, { ...owing('forward', mail.id), channel: 'email' })
    await replies().keep(someReply(), null)
    const [first, ...rest] = await claimDue(3)
    expect(first?.reply.id).toBe(all[0]?.id)
    expect(rest.map(({ reply }) => reply.id)).toEqual([all[1]?.id, all[2]?.id])
    expect(idsOf(await claimDue())).toEqual([all[3]?.id])
    expect(await claimDue()).toEqual([])
    const byMail = await replies().claim({ channel: 'email', limit: 5, leaseMs: LEASE_MS })
    expect(idsOf(byMail)).toEqual([mail.id])
  })

  it('gives each answer to one of those who claim at the same time', async () => {
    for (let i = 0; i < 10; i++) await replies().keep(someReply(), owing('help', `k${i}`))
    const claims = await Promise.all(Array.from({ length: 6 }, () => claimDue(10)))
    const ids = idsOf(claims.flat())
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length + (await claimDue(10)).length).toBe(10)
  })

  it('is done with an answer, or gives it again when it is due', async () => {
    await replies().keep(someReply(), owing('help', 'k'))
    const [owed] = await claimDue()
    if (!owed) throw new Error('nothing is owed')
    const again = { kind: 'again', inMs: 300, attempts: 1, unknowns: 0 } as const
    expect(await replies().settle(owed.lease, again)).toBe(true)
    expect(await claimDue()).toEqual([])
    await subject().advance(310)
    const [second] = await claimDue()
    expect(second).toMatchObject({ attempts: 1, unknowns: 0 })
    if (!second) throw new Error('nothing is owed')
    expect(await replies().settle(second.lease, { ...again, attempts: 0, unknowns: 1 })).toBe(true)
    await subject().advance(310)
    const [third] = await claimDue()
    expect(third).toMatchObject({ attempts: 1, unknowns: 1 })
    if (!third) throw new Error('nothing is owed')
    expect(await replies().settle(third.lease, { kind: 'done' })).toBe(true)
    expect(await replies().settle(third.lease, again)).toBe(false)
    await subject().advance(1_000)
    expect(await claimDue()).toEqual([])
  })

  it('hands over what a lost lease held, counts that it may have gone out, and fences who had it', async () => {
    await replies().keep(someReply(), owing('help', 'k'))
    const [lost] = await claimDue()
    await subject().advance(LEASE_MS + 10)
    const [taken] = await claimDue()
    expect(taken).toMatchObject({ attempts: 0, unknowns: 1 })
    if (!lost || !taken) throw new Error('nothing is owed')
    expect(await replies().settle(lost.lease, { kind: 'done' })).toBe(false)
    expect(await replies().settle(taken.lease, { kind: 'done' })).toBe(true)
  })

  it('knows the last word of an endpoint', async () => {
    const { endpoint } = someReply()
    expect(await replies().lastWord(endpoint)).toBeNull()
    const [stop, start] = (['stop', 'start'] as const).map((means) =>
      someReply({ endpoint, means }),
    )
    if (!stop || !start) throw new Error('two words')
    await replies().keep(stop, null)
    await replies().keep(someReply({ means: 'start' }), null)
    expect(await replies().lastWord(endpoint)).toMatchObject({ reply: stop.id, means: 'stop' })
    await subject().advance(5)
    await replies().keep(start, null)
    await replies().keep(someReply({ endpoint, means: 'help' }), null)
    await replies().keep(someReply({ endpoint }), null)
    expect(await replies().lastWord(endpoint)).toMatchObject({ reply: start.id, means: 'start' })
  })

  it('blanks what was replied to a delivery with the delivery', async () => {
    const { share, id } = await acceptOne(store())
    await sendOne(store(), id)
    await subject().advance(310)
    const reply = someReply({ share, delivery: id })
    await replies().keep(reply, owing('forward', reply.id))
    const other = someReply({ share })
    await replies().keep(other, null)
    await raised()
    expect(await store().shares.blank(300, 10)).toBe(1)
    const { items } = await replies().ofShare(share, { limit: 5, cursor: null })
    const found = new Map(items.map((item) => [item.id, item]))
    expect(found.get(reply.id)).toMatchObject({ text: null, from: null, delivery: id })
    expect(found.get(other.id)).toMatchObject({ text: other.text, from: other.from })
    expect(await claimDue()).toEqual([])
    expect(await replies().keep(reply, null)).toBe(false)
    expect(await raised()).toEqual([share])
  })

  it('blanks and forgets what is old, and owes nothing for it', async () => {
    const { share } = await acceptOne(store())
    const [ofShare, of, fresh] = [someReply({ share }), someReply({ means: 'stop' }), someReply()]
    await replies().keep(ofShare, owing('forward', 'f'))
    await replies().keep(of, owing('stop', 's'))
    await subject().advance(310)
    await replies().keep(fresh, owing('help', 'h'))
    expect(await replies().purge(300, 1)).toBe(1)
    expect(await replies().purge(300, 10)).toBe(1)
    expect(await replies().purge(300, 10)).toBe(0)
    const { items } = await replies().ofShare(share, { limit: 5, cursor: null })
    expect(items).toMatchObject([{ id: ofShare.id, text: null, from: null }])
    expect(await replies().has(of.id)).toBe(false)
    expect(await replies().lastWord(of.endpoint)).toBeNull()
    expect(idsOf(await claimDue())).toEqual([fresh.id])
  })

  it('remembers everything over a new start', async ({ skip }) => {
    const { reopen } = subject()
    if (typeof reopen !== 'function') return skip(reopen.skip)
    const { share } = await acceptOne(store())
    const reply = someReply({ share, text: '\u{1F600} “quoted” $set {a.b}' })
    await replies().keep(reply, owing('forward', 'f'))
    await raised()
    await reopen()
    expect(await replies().keep(reply, null)).toBe(false)
    const { items } = await replies().ofShare(share, { limit: 5, cursor: null })
    expect(items).toEqual([{ ...reply, at: expect.any(Number) }])
    expect(idsOf(await claimDue())).toEqual([reply.id])
  })

  it('names the delivery that an endpoint was written to last, whoever sent it', async () => {
    const value = someAddress()
    const lastTo = async () => (await store().deliveries.lastTo(endpointKey(value)))?.id ?? null
    const first = await acceptOne(store(), { value })
    expect(await lastTo()).toBeNull()
    await sendOne(store(), first.id)
    expect(await lastTo()).toBe(first.id)
    await subject().advance(5)
    const second = await acceptOne(store(), { value })
    const waiting = await acceptOne(store(), { value })
    expect(await lastTo()).toBe(first.id)
    await sendOne(store(), second.id, retryIn(100))
    expect(await lastTo()).toBe(first.id)
    await sendOne(store(), waiting.id, settlement({ state: 'failed', reason: 'refused' }))
    expect(await lastTo()).toBe(first.id)
    await subject().advance(110)
    const third = await acceptOne(store(), { value })
    await sendOne(store(), third.id)
    await subject().advance(5)
    await sendOne(store(), second.id)
    expect(await lastTo()).toBe(second.id)
    expect((await deliveryNow(store(), second.id)).account).not.toBe(first.account)
    expect(await store().deliveries.lastTo(endpointKey(someAddress()))).toBeNull()
  })

  it('passes over a last delivery that failed after all, and takes one that may have gone out', async () => {
    const value = someAddress()
    const lastTo = async () => (await store().deliveries.lastTo(endpointKey(value)))?.id
    const first = await acceptOne(store(), { value })
    const outcome = settlement({ state: 'unknown', reason: 'outcome_unknown', unknowns: 1 })
    await sendOne(store(), first.id, outcome)
    expect(await lastTo()).toBe(first.id)
    await subject().advance(5)
    const second = await acceptOne(store(), { value })
    await sendOne(store(), second.id, settlement(), { providerIds: [`l-${second.id}`] })
    expect(await lastTo()).toBe(second.id)
    const connection = { channel: 'email', connection: 'default' as never } as const
    const verdict = { state: 'failed', reason: 'bounced', detail: null } as const
    await store().deliveries.receipt({ connection, providerId: `l-${second.id}`, verdict })
    expect(await lastTo()).toBe(first.id)
  })

  it('names it still when later tries went nowhere, long after it', async () => {
    const value = someAddress()
    const cap = { fromSender: 5, fromAll: 5, windowMs: 1_000 }
    const first = await acceptOne(store(), { value })
    const { lease } = await claimed(store(), first.id, { cap })
    await settleNow(store(), lease)
    await subject().advance(1_100)
    for (const what of [
      settlement({ state: 'queued', reason: 'throttled', dueInMs: 60_000, attempts: 0 }),
      settlement({ state: 'failed', reason: 'refused' }),
    ]) {
      const { id } = await acceptOne(store(), { value })
      const { lease } = await claimed(store(), id, { cap })
      await settleNow(store(), lease, what)
    }
    expect((await store().deliveries.lastTo(endpointKey(value)))?.id).toBe(first.id)
  })
}
