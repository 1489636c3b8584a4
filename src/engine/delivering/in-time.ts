/** What a channel gets to answer in after its signal has ended; a promise of it may stay open, no slot does. */
const GIVE_UP_MS = 1_000

/** Runs the work with a signal that ends after `ms`, or with `parent`; nothing of it stays behind. */
export async function inTime<T>(
  ms: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const givenUp = Promise.withResolvers<never>()
  const giveUp = (): void => givenUp.reject(new Error('the channel heeded no signal'))
  const end = (): void => {
    clearTimeout(timer)
    limit.abort()
    timer = setTimeout(giveUp, GIVE_UP_MS)
  }
  let timer = setTimeout(end, ms)
  parent.addEventListener('abort', end)
  if (parent.aborted) end()
  try {
    return await Promise.race([work(limit.signal), givenUp.promise])
  } finally {
    clearTimeout(timer)
    parent.removeEventListener('abort', end)
  }
}
