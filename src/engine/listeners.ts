/** Whoever wants to hear of something: one that fails keeps no other from hearing it. */
export interface Listeners<T> {
  tell(news: T): void
  /** What it returns ends it. */
  subscribe(listener: (news: T) => void): () => void
}

export function createListeners<T>(onFault: (error: unknown, news: T) => void): Listeners<T> {
  const listeners = new Set<(news: T) => void>()
  return {
    tell(news) {
      for (const listener of listeners) {
        try {
          listener(news)
        } catch (error) {
          onFault(error, news)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
