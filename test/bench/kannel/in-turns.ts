import { type BenchResult, median } from '../bench.ts'

/** Does one piece of the work; throws where it was not taken. */
export type Send = () => Promise<unknown>

export interface Rivals {
  readonly name: string
  readonly reference: string
  readonly ours: Send
  readonly raw: Send
  /** At once, the same for both. */
  readonly concurrency: number
  /** Of each round of each. */
  readonly messages: number
  readonly rounds: number
  readonly goal: number
  /** Resolves when nothing of a round is still under way. */
  settle(sent: number): Promise<void>
}

/**
 * Both in turns, over short rounds, after one that does not count. The ratio is the median of the rounds' own, since
 * the two of a round see the same machine.
 */
export async function inTurns(rivals: Rivals): Promise<BenchResult> {
  const ours: number[] = []
  const raw: number[] = []
  let sent = 0
  const measure = async (send: Send): Promise<number> => {
    const rate = await perSecond(send, rivals)
    sent += rivals.messages
    await rivals.settle(sent)
    return rate
  }
  await measure(rivals.raw)
  await measure(rivals.ours)
  for (let round = 0; round < rivals.rounds; round++) {
    // Neither is always the first.
    if (round % 2 === 0) raw.push(await measure(rivals.raw))
    ours.push(await measure(rivals.ours))
    if (round % 2 !== 0) raw.push(await measure(rivals.raw))
  }
  const ratio = median(ours.map((rate, round) => rate / (raw[round] ?? rate)))
  return {
    name: rivals.name,
    value: median(ours),
    unit: 'messages/s',
    reference: { name: rivals.reference, value: median(raw) },
    ratio,
    goal: { says: `≥ ${rivals.goal}`, met: ratio >= rivals.goal },
  }
}

async function perSecond(
  send: Send,
  { concurrency, messages }: Pick<Rivals, 'concurrency' | 'messages'>,
): Promise<number> {
  let left = messages
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send()
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: concurrency }, lane))
  return messages / ((performance.now() - begun) / 1_000)
}
