const PATIENCE_MS = 30_000

/** For what comes of what others do. */
export interface Lookout {
  /** Something has happened. */
  look(): void
  /**
   * Resolves with what there is to see, looked for whenever something has happened.
   * @throws after 30 s, with `what`
   */
  waitFor<T>(see: () => T | undefined | false | null, what?: () => string): Promise<T>
}

export function createLookout(): Lookout {
  const lookers = new Set<() => void>()
  return {
    look() {
      for (const looker of [...lookers]) looker()
    },
    waitFor<T>(see: () => T | undefined | false | null, what = () => 'it did not happen') {
      return new Promise<T>((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer)
          lookers.delete(looker)
        }
        const looker = (): void => {
          const seen = see()
          if (seen === undefined || seen === false || seen === null) return
          end()
          resolve(seen)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(what()))
        }, PATIENCE_MS)
        lookers.add(looker)
        looker()
      })
    },
  }
}
