/** Thrown by `within` when the time is up. What was waited for goes on by itself. */
class TimeUp extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`)
    this.name = 'TimeUp'
  }
}

/** Waits for a promise, but no longer than that; a later fault of it is swallowed. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timeUp = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeUp.reject(new TimeUp(ms)), ms)
  try {
    return await Promise.race([promise, timeUp.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits for an ending, but no longer than that; what takes longer or fails is left as it is. */
export async function leftAfter(ms: number, ending: Promise<unknown>): Promise<void> {
  await within(ms, ending).catch(() => undefined)
}

/** Waits so long, or until the signal ends; keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = (): void => resolve()
  const timer = setTimeout(end, ms).unref()
  signal.addEventListener('abort', end)
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}

/** Resolves when the signal ends. */
export function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
