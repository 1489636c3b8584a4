/** Lets acts of one key wait for each other, in the order in which they came; nothing is kept of a key at rest. */
export type InTurn = <T>(key: string, act: () => Promise<T>) => Promise<T>

export function createInTurn(): InTurn {
  const lasts = new Map<string, Promise<unknown>>()
  return async (key, act) => {
    const before = lasts.get(key) ?? Promise.resolve()
    const mine = before.then(act, act)
    lasts.set(key, mine)
    try {
      return await mine
    } finally {
      if (lasts.get(key) === mine) lasts.delete(key)
    }
  }
}
