import type { Texts } from '#locales/texts.ts'
import type { SharingDeps } from './deps.ts'
import type { RequestContext } from './request.ts'

/** What targets are read against here and now. */
export function targetContext(
  { clock, ownHosts, defaultRegion, store }: SharingDeps,
  texts: Texts,
): RequestContext {
  return {
    now: clock.now(),
    texts,
    ownHosts,
    defaultRegion,
    resolve: (code) => store.visits.resolve(code),
  }
}
