/** How much one call to the database may take on, and how many may be under way. */
export interface GatherLimits {
  readonly most: number
  readonly atOnce: number
}

/** Of the calls of one process, of each kind. */
export const TOGETHER: GatherLimits = { most: 128, atOnce: 2 }

interface Waiting<Ask, Answer> {
  readonly ask: Ask
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers concurrent calls, since what a call to the database costs hardly depends on what is in it: those that
 * come while others are under way go together with the next. `run` answers each ask at its place; where it
 * throws, all of its calls do.
 */
export function gather<Ask, Answer>(
  run: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  { most, atOnce }: GatherLimits,
): (ask: Ask) => Promise<Answer> {
  const waiting: Waiting<Ask, Answer>[] = []
  let underWay = 0
  let planned = false

  const plan = (): void => {
    if (planned || underWay >= atOnce || waiting.length === 0) return
    planned = true
    setImmediate(() => {
      planned = false
      void start(waiting.splice(0, most))
      plan()
    })
  }

  const start = async (group: readonly Waiting<Ask, Answer>[]): Promise<void> => {
    underWay++
    try {
      const answers = await run(group.map(({ ask }) => ask))
      for (const [i, { resolve }] of group.entries()) resolve(answers[i] as Answer)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    underWay--
    plan()
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject })
      plan()
    })
}
