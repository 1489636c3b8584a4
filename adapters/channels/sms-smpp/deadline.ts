/** A signal that ends with another or after a time, whichever is first. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Nothing is watched any more. */
  clear(): void
}

/** Once for each send: `AbortSignal.any` would cost more than the rest of it. */
export function startDeadline(parent: AbortSignal, ms: number): Deadline {
  const controller = new AbortController()
  const end = (): void => controller.abort(parent.reason)
  const timer = setTimeout(end, ms)
  parent.addEventListener('abort', end)
  if (parent.aborted) end()
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      parent.removeEventListener('abort', end)
    },
  }
}
