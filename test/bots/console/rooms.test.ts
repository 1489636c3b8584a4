import { beforeEach, describe, expect, test } from 'vitest'
import { createRooms, type Rooms } from '#bots/console/rooms.ts'
import { CONSOLE } from '#bots/console/sitters.ts'
import type { ChatRef } from '#ports/bot-platform.ts'
import type { TerminalStep } from '#ports/terminals.ts'

const ann = { ...CONSOLE, id: 'ann' }
const bob = { ...CONSOLE, id: 'bob' }
let now: number
let rooms: Rooms

beforeEach(() => {
  now = 1_000_000
  rooms = createRooms(() => now)
})

const chat = (id: string): ChatRef => ({ id, kind: 'private' })

function shown(message: string, order: number, label = 'Go'): TerminalStep {
  const buttons = [[{ kind: 'press' as const, label, press: 'p' }]]
  return { kind: 'shown', message, order, screen: { body: [{ text: message }], buttons } }
}

function news(id: string, after = 0, { waitMs = 0, signal = new AbortController().signal } = {}) {
  return rooms.news(id, { after, waitMs, signal })
}

describe('an open terminal', () => {
  test('is given what is shown there, once it has said what it has', async () => {
    expect(rooms.use(chat('t'), ann)).toBe(true)
    expect(rooms.use(chat('t'), ann)).toBe(false)
    rooms.put('t', shown('a', 1))
    rooms.put('t', shown('b', 2))
    expect(await news('t')).toMatchObject({ steps: [{ message: 'a' }, { message: 'b' }], next: 2 })
    expect(await news('t', 1)).toMatchObject({ steps: [{ message: 'b' }], next: 2 })
    expect(await news('t', 2)).toEqual({ steps: [], next: 2 })
  })

  test('is given the last state of a message alone', async () => {
    rooms.use(chat('t'), ann)
    for (let order = 1; order <= 50; order++) rooms.put('t', shown('a', order))
    rooms.put('t', { kind: 'settled', message: 'a', order: 51 })
    const { steps } = await news('t')
    expect(steps).toMatchObject([{ kind: 'shown', order: 51, screen: { buttons: [] } }])
  })

  test('waits for what comes, or for the end of its wait', async () => {
    rooms.use(chat('t'), ann)
    expect(rooms.listens('t')).toBe(false)
    const waiting = news('t', 0, { waitMs: 60_000 })
    expect(rooms.listens('t')).toBe(true)
    rooms.put('t', shown('a', 1))
    expect((await waiting).steps).toHaveLength(1)
    expect(rooms.listens('t')).toBe(true)
    now += 1_001
    expect(rooms.listens('t')).toBe(false)
    expect((await news('t', 1, { waitMs: 1 })).steps).toEqual([])
    const leaving = new AbortController()
    const left = news('t', 1, { waitMs: 60_000, signal: leaving.signal })
    leaving.abort()
    expect((await left).steps).toEqual([])
  })

  test('asks one question at a time: a later one ends the one before', async () => {
    rooms.use(chat('t'), ann)
    const before = news('t', 0, { waitMs: 60_000 })
    const later = news('t', 0, { waitMs: 60_000 })
    expect((await before).steps).toEqual([])
    rooms.wakeAll()
    expect((await later).steps).toEqual([])
  })

  test('is gone when nobody has asked for it for a minute', () => {
    rooms.use(chat('t'), ann)
    now += 60_001
    expect([rooms.has('t'), rooms.lastOf(ann)]).toEqual([false, null])
    expect(rooms.use(chat('t'), ann)).toBe(true)
  })

  test('keeps no more than a hundred messages for one that takes nothing', async () => {
    rooms.use(chat('t'), ann)
    for (let n = 1; n <= 150; n++) rooms.put('t', shown(`m${n}`, n))
    const { steps } = await news('t')
    expect([steps.length, steps[0]?.message]).toEqual([100, 'm51'])
  })
})

describe('the terminals of a user', () => {
  test('are told apart from others, the last used first', () => {
    rooms.use(chat('a1'), ann)
    now += 1
    rooms.use(chat('a2'), ann)
    rooms.use(chat('b1'), bob)
    now += 1
    rooms.use(chat('a1'), ann)
    expect(rooms.lastOf(ann)?.id).toBe('a1')
    expect(rooms.lastOf(bob)?.id).toBe('b1')
  })

  test('are so many at most, others of others', () => {
    for (let n = 0; n < 20; n++) rooms.use(chat(`a${n}`), ann)
    expect(() => rooms.use(chat('a20'), ann)).toThrow(/Too many terminals/)
    expect(rooms.use(chat('b'), bob)).toBe(true)
    now += 60_001
    expect(rooms.use(chat('a20'), ann)).toBe(true)
  })
})
