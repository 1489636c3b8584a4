import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Via } from '#core/address.ts'
import { type AccountId, deliveryId, type Instant } from '#core/ids.ts'
import { createOpens } from '#engine/visiting/opens.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { A_SHARE } from '#test/fixtures/visits.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const opened = (n: number, via: Via, at = Date.now()) => ({
  delivery: deliveryId(A_SHARE, n),
  share: A_SHARE,
  account: 'ann' as AccountId,
  via,
  at: at as Instant,
})

const clock = { now: () => Date.now(), monotonic: () => Date.now() }

function listen() {
  const opens = createOpens({ clock, logger: quiet })
  const told: string[] = []
  const stop = opens.subscribe(({ delivery }) => told.push(delivery.split('-')[1] ?? ''))
  return { opens, told, stop }
}

test('a first open is announced at once, mail’s ten seconds after the visit', () => {
  const { opens, told } = listen()
  opens.take({ opened: [opened(1, 'telegram'), opened(2, 'email')], takenBack: [] })
  vi.advanceTimersByTime(4_000)
  opens.take({ opened: [opened(3, 'email')], takenBack: [] })
  expect(told).toEqual(['1'])
  vi.advanceTimersByTime(6_000)
  expect(told).toEqual(['1', '2'])
  vi.advanceTimersByTime(4_000)
  expect(told).toEqual(['1', '2', '3'])
})

test('what was taken back in time is never announced', () => {
  const { opens, told } = listen()
  opens.take({ opened: [opened(1, 'email'), opened(2, 'email')], takenBack: [] })
  vi.advanceTimersByTime(9_000)
  opens.take({ opened: [], takenBack: [deliveryId(A_SHARE, 1)] })
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual(['2'])
})

test('an open that was merged late, after a crash, is announced soon', () => {
  const { opens, told } = listen()
  opens.take({ opened: [opened(1, 'email', Date.now() - 60_000)], takenBack: [] })
  vi.advanceTimersByTime(20)
  expect(told).toEqual(['1'])
})

test('a clock that is put back holds nothing for longer', () => {
  let behind = 0
  const opens = createOpens({
    clock: { now: () => Date.now() - behind, monotonic: () => Date.now() },
    logger: quiet,
  })
  const told: string[] = []
  opens.subscribe(({ delivery }) => told.push(delivery))
  opens.take({ opened: [opened(1, 'email')], takenBack: [] })
  behind = 3_600_000
  opens.take({ opened: [opened(2, 'email')], takenBack: [] })
  vi.advanceTimersByTime(11_000)
  expect(told).toHaveLength(2)
})

test('a listener that fails keeps no other from hearing', () => {
  const opens = createOpens({ clock, logger: quiet })
  const told: string[] = []
  opens.subscribe(() => {
    throw new Error('no')
  })
  opens.subscribe(({ delivery }) => told.push(delivery))
  opens.take({ opened: [opened(1, 'telegram'), opened(2, 'telegram')], takenBack: [] })
  expect(told).toHaveLength(2)
})

test('nobody is told after the end', () => {
  const { opens, told, stop } = listen()
  opens.take({ opened: [opened(1, 'email')], takenBack: [] })
  opens.stop()
  stop()
  vi.advanceTimersByTime(60_000)
  opens.take({ opened: [opened(2, 'telegram')], takenBack: [] })
  expect(told).toEqual([])
})
