import type { PartOf } from './incoming-text.ts'

/** The parts of long messages, put together. */
export interface Joiner<T> {
  /**
   * Resolves with what `take` made of the whole message: every part of it is answered by that. Where a part stays
   * away, those that came are handed on without it, in their order. `key`: whom the message is from and to.
   */
  add(key: string, at: PartOf, text: string, take: (whole: string) => Promise<T>): Promise<T>
  /** Hands on what there is. */
  flush(): void
}

interface Group<T> {
  readonly texts: Map<number, string>
  readonly taken: Promise<T>
  readonly end: () => void
  readonly timer: NodeJS.Timeout
}

/**
 * `waitMs`: how long a message waits for its next part. Nothing is acknowledged before it is taken, so where an
 * SMSC sends no part before the last was acknowledged, each waits so long and is handed on by itself.
 */
export function createJoiner<T>(waitMs: number): Joiner<T> {
  const groups = new Map<string, Group<T>>()

  const begin = (name: string, take: (whole: string) => Promise<T>): Group<T> => {
    const texts = new Map<number, string>()
    const { promise, resolve } = Promise.withResolvers<T>()
    const end = (): void => {
      clearTimeout(timer)
      groups.delete(name)
      resolve(take(inOrder(texts)))
    }
    const timer = setTimeout(end, waitMs)
    const group = { texts, taken: promise, end, timer }
    groups.set(name, group)
    return group
  }

  return {
    add(key, { reference, total, part }, text, take) {
      const name = `${key} ${reference} ${total}`
      const group = groups.get(name) ?? begin(name, take)
      group.texts.set(part, text)
      group.timer.refresh()
      if (group.texts.size === total) group.end()
      return group.taken
    },
    flush() {
      for (const { end } of groups.values()) end()
    },
  }
}

function inOrder(texts: ReadonlyMap<number, string>): string {
  return [...texts]
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text)
    .join('')
}
