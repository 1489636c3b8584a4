import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Pdu } from '#adapters/channels/sms-smpp/codec.ts'
import { createPending, NoAnswer } from '#adapters/channels/sms-smpp/pending.ts'

const answerTo = (sequence: number): Pdu => ({
  command: 'submit_sm_resp',
  status: 0,
  sequence,
  fields: {},
})

/** Gives up on each request, and tells which of the answers that come after all are still taken. */
async function takenLate(
  sequences: readonly number[],
  bounds: Parameters<typeof createPending>[0],
  pauseMs = 0,
): Promise<readonly number[]> {
  const pending = createPending(bounds)
  const taken: number[] = []
  for (const sequence of sequences) {
    const onLate = (pdu: Pdu): void => void taken.push(pdu.sequence)
    await expect(pending.wait(sequence, { timeoutMs: 1, onLate })).rejects.toThrow(NoAnswer)
  }
  await sleep(pauseMs)
  for (const sequence of sequences) pending.answer(answerTo(sequence))
  return taken
}

test('an answer that comes late is taken, so long as anybody would still send it', async () => {
  expect(await takenLate([1, 2], {})).toEqual([1, 2])
  expect(await takenLate([1, 2], { lateMs: 20 }, 60)).toEqual([])
})

test('of those that never come no more are kept than a bound', async () => {
  expect(await takenLate([1, 2, 3], { mostLate: 2 })).toEqual([2, 3])
})
