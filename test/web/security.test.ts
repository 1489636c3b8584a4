import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { type Surface, securityHeaders } from '#web/security.ts'

const SURFACES: readonly Surface[] = ['page', 'link', 'script', 'message', 'data']
const HTTP = { baseUrl: 'http://localhost:8080' }

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

describe('security headers', () => {
  it.each(SURFACES)('let no inline script run (%s)', (surface) => {
    const policy = securityHeaders(surface, HTTP)['Content-Security-Policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|https:)/)
  })

  it.each(SURFACES)('promise https only where BASE_URL has it (%s)', (surface) => {
    const name = 'Strict-Transport-Security'
    expect(securityHeaders(surface, HTTP)).not.toHaveProperty(name)
    expect(securityHeaders(surface, { baseUrl: 'https://pass.example' })).toHaveProperty(name)
  })

  it('let share.js be loaded anywhere and pages be framed nowhere', () => {
    expect(securityHeaders('script', HTTP)['Cross-Origin-Resource-Policy']).toBe('cross-origin')
    expect(securityHeaders('page', HTTP)['Content-Security-Policy']).toContain(
      "frame-ancestors 'none'",
    )
  })

  it('let a watch page play media from elsewhere', () => {
    expect(securityHeaders('link', HTTP)['Content-Security-Policy']).toContain(
      'media-src https: http:',
    )
  })

  it.each(['/', '/docs', '/nothing', '/api/v1/shares', '/healthz', '/openapi.json'])(
    'stand on every answer: %s',
    async (path) => {
      const { headers } = await web.api('GET', path, { token: null })
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )

  it.each(['/r/00000000000000000', '/r/x', '/u/x', '/api/v1/shares', '/share.js'])(
    'come without a cookie where recipients and programs look: %s',
    async (path) => {
      const cookie = await web.signedIn(web.ann.account)
      for (const sent of ['', cookie, 'passalong.sid=x; passalong.sid.sig=y']) {
        const { status, headers } = await web.api('GET', path, { headers: { cookie: sent } })
        expect(status).toBeLessThan(500)
        expect(headers.getSetCookie()).toEqual([])
      }
    },
  )

  it('let the page of an error load its style', async () => {
    const { status, headers } = await web.api('GET', '/nothing', { token: null })
    expect(status).toBe(404)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('content-security-policy')).toContain("style-src 'self'")
  })
})
