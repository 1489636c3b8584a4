import type { Unfurler } from '#ports/unfurler.ts'
import type { Config } from '../config.ts'
import { VERSION } from '../version.ts'

/** The unfurler, loaded with its HTTP client when the first page is asked for. */
export function createLateUnfurler({ baseUrl }: Pick<Config, 'baseUrl'>): Unfurler {
  let loading: Promise<Unfurler> | undefined
  const load = async (): Promise<Unfurler> => {
    const { createUnfurler } = await import('#adapters/unfurler/unfurler.ts')
    return createUnfurler({ userAgent: `Passalong/${VERSION} (link previews; +${baseUrl})` })
  }
  return {
    async unfurl(url, signal) {
      loading ??= load()
      const unfurler = await loading.catch(() => null)
      return unfurler ? unfurler.unfurl(url, signal) : null
    },
    async close() {
      const unfurler = await loading?.catch(() => null)
      await unfurler?.close()
    },
  }
}
