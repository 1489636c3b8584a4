import { cleanLine, shorten } from '#core/text.ts'

const MAX_DETAIL = 200
/** What is looked at of a text that a provider may have made as long as it likes. */
const MAX_READ = 2_000
const URLS = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi

/**
 * What a provider said of a message, fit for `detail`: one line, short, without URLs (they echo our callback's
 * secret) and without the secrets named.
 */
export function providerWords(text: string, secrets: readonly string[] = []): string {
  const start = text.slice(0, MAX_READ)
  const unsaid = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), start)
  return shorten(cleanLine(unsaid.replace(URLS, '…')), MAX_DETAIL)
}
