import type { TargetFault } from '../errors.ts'
import type { Code } from '../ids.ts'
import type { Target } from '../target.ts'

export interface TargetInput {
  /** As pasted: an http(s) URL, a bare `example.org/x`, a `tel:` URI or a number to call. */
  readonly url: string
  /** ISO 3166 region of a national number or a short code. */
  readonly region?: string | undefined
  /** What the sender says it is; guessed from the URL's extension when absent. */
  readonly kind?: 'page' | 'media' | undefined
  readonly title?: string | undefined
}

export interface TargetContext {
  /** Hosts whose `/r/<code>` links are our own, as `URL.host` writes them (`localhost:8080`). */
  readonly ownHosts: readonly string[]
  /** For numbers without `+`, where the input names no region. */
  readonly defaultRegion?: string | undefined
}

/** Something that the sender should look at before sending. `ascii` is what the host really is. */
export type TargetWarning = {
  readonly code: 'homograph'
  readonly host: string
  readonly ascii: string
}

export type ParsedTarget =
  | { readonly ok: true; readonly target: Target; readonly warnings: readonly TargetWarning[] }
  | { readonly ok: false; readonly fault: TargetFault }
  /** One of our own links: share what its delivery's share has as target. */
  | { readonly ok: 'own-link'; readonly code: Code }

/** Understands what a person wants to share. Asks no network and never throws. */
export function parseTarget(_input: TargetInput, _context: TargetContext): ParsedTarget {
  return { ok: false, fault: 'not_a_url' }
}
