import type { LinkPreview } from '#core/preview.ts'

/** Asks pages what they say of themselves, safely: nothing inside the server's own network is ever asked. */
export interface Unfurler {
  /**
   * What the page says of itself, or null where it says nothing, is not to be had, or may not be asked.
   * Never throws. Takes 3 s at most, and is cached.
   */
  unfurl(url: string, signal?: AbortSignal): Promise<LinkPreview | null>
  close(): Promise<void>
}
