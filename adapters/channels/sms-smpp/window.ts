/** So many at once; the others wait in the order in which they came. */
export interface Window {
  /** Resolves to what gives the place back, or throws the signal's reason: nothing is taken then. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createWindow(size: number): Window {
  const waiting = new Set<() => void>()
  let free = size

  const leave = (): void => {
    free++
    const [next] = waiting
    next?.()
  }
  const taken = (): (() => void) => {
    free--
    let left = false
    return () => {
      if (!left) leave()
      left = true
    }
  }

  return {
    async enter(signal) {
      signal.throwIfAborted()
      if (free > 0) return taken()
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      const admit = (): void => {
        waiting.delete(admit)
        resolve(taken())
      }
      const giveUp = (): void => {
        waiting.delete(admit)
        reject(signal.reason)
      }
      waiting.add(admit)
      signal.addEventListener('abort', giveUp, { once: true })
      return promise.finally(() => signal.removeEventListener('abort', giveUp))
    },
  }
}
