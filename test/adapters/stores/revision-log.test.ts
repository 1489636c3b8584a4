import { expect, it } from 'vitest'
import { createRevisionLog } from '#adapters/stores/revision-log.ts'
import type { RevisedShare } from '#ports/store/shares.ts'

const raised = (id: string, revision: number) => ({ id, account: 'a', revision }) as RevisedShare

it('names each share once, at its last revision, in the order in which they were raised', () => {
  const log = createRevisionLog()
  const { mark } = log.since(null, 10)
  log.add([raised('one', 2), raised('two', 2)])
  log.add([raised('one', 3)])
  expect(log.since(mark, 10).shares).toEqual([raised('two', 2), raised('one', 3)])
})

it('goes on where the last page ended', () => {
  const log = createRevisionLog()
  const start = log.since(null, 10)
  log.add([raised('one', 2), raised('two', 2), raised('three', 2)])
  const first = log.since(start.mark, 2)
  expect(first.shares.map(({ id }) => id)).toEqual(['one', 'two'])
  const rest = log.since(first.mark, 2)
  expect(rest.shares.map(({ id }) => id)).toEqual(['three'])
  expect(log.since(rest.mark, 2)).toEqual({ shares: [], mark: rest.mark })
})

it('forgets the oldest', () => {
  const log = createRevisionLog(2)
  const { mark } = log.since(null, 10)
  log.add([raised('one', 2), raised('two', 2), raised('three', 2)])
  expect(log.since(mark, 10).shares.map(({ id }) => id)).toEqual(['two', 'three'])
})
