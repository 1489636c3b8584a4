import { spawnSync } from 'node:child_process'

/** Another program may be named: the release of the proxy's image, say. */
export const CADDY = process.env.CADDY ?? 'caddy'

/** Why there is no Caddy to try the proxy's configuration with; null where there is one. */
export function noCaddy(): string | null {
  return spawnSync(CADDY, ['version']).error ? `there is no ${CADDY} (apt-get install caddy)` : null
}
