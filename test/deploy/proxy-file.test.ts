import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CADDY, noCaddy } from './caddy.ts'

const FILE = fileURLToPath(new URL('../../deploy/proxy/Caddyfile', import.meta.url))

const missing = noCaddy()
const skipped = missing !== null && process.env.REQUIRE_SERVICES !== '1'
if (skipped) console.log(`skipped: ${missing}`)

describe.skipIf(skipped)('the proxy configuration', () => {
  for (const SITE_ADDRESS of ['', 'share.example.org', 'share.example.org, s.example.org']) {
    test(`is taken for ${SITE_ADDRESS || 'any host, without TLS'}`, () => {
      const { PATH, HOME } = process.env
      const { status, stderr } = spawnSync(
        CADDY,
        ['validate', '--config', FILE, '--adapter', 'caddyfile'],
        { env: { PATH, HOME, ...(SITE_ADDRESS && { SITE_ADDRESS }) }, encoding: 'utf8' },
      )
      expect(stderr).not.toContain('not formatted')
      expect(status, stderr).toBe(0)
    })
  }
})
