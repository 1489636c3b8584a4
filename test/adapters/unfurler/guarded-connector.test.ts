import { Agent, buildConnector, fetch } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSpecialAddresses } from '#core/special-addresses.ts'
import {
  closedWorld,
  lookupOf,
  type Site,
  siteCertificate,
  startSite,
} from '#test/fixtures/preview-sites.ts'
import { createGuardedConnector } from '../../../adapters/unfurler/guarded-connector.ts'

const lookup = lookupOf({
  'site.example.org': ['127.0.0.2'],
  'inside.example.org': ['127.0.0.1'],
  'inside6.example.org': ['::1'],
  'mapped.example.org': ['::ffff:127.0.0.1'],
  'both.example.org': ['127.0.0.1', '::1'],
  localhost: ['127.0.0.1', '::1'],
})

/** Each reaches a server on this machine where nothing stops it. */
const INSIDE = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.0.1.',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0.0.0.0',
    '0',
  ],
  ...[
    '127.0.0.5',
    '127.255.255.254',
    '①②⑦.⓪.⓪.①',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ],
  ...[
    '[0:0:0:0:0:ffff:7f00:0001]',
    '[::ffff:0.0.0.0]',
    'localhost',
    'LOCALHOST.',
    'inside.example.org',
  ],
  ...['inside6.example.org', 'mapped.example.org', 'both.example.org'],
]

describe('the guarded connector', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite('::', (_request, response) => response.end('inside'))
  })
  afterAll(() => site.close())

  const agent = (blocked = createSpecialAddresses()) =>
    new Agent({
      connect: createGuardedConnector(buildConnector, {
        blocked,
        lookup,
        ca: siteCertificate,
        timeoutMs: 1_000,
      }),
    })

  test.each(INSIDE)('never connects to %s, over http or https', async (host) => {
    const dispatcher = agent()
    const before = site.connections()
    for (const url of [`http://${host}:${site.http}/`, `https://${host}:${site.https}/`]) {
      await expect(fetch(url, { dispatcher })).rejects.toThrow()
    }
    expect(site.connections()).toBe(before)
    await dispatcher.destroy()
  })

  test('connects to what is not blocked, over http and https, and checks certificates', async () => {
    const dispatcher = agent(closedWorld())
    for (const url of [
      `http://site.example.org:${site.http}/`,
      `https://site.example.org:${site.https}/`,
      `https://127.0.0.2:${site.https}/`,
    ]) {
      expect(await (await fetch(url, { dispatcher })).text()).toBe('inside')
    }
    const distrustful = new Agent({
      connect: createGuardedConnector(buildConnector, {
        blocked: closedWorld(),
        lookup,
        timeoutMs: 1_000,
      }),
    })
    await expect(
      fetch(`https://site.example.org:${site.https}/`, { dispatcher: distrustful }),
    ).rejects.toThrow()
    await dispatcher.destroy()
    await distrustful.destroy()
  })

  test('the forms above do reach this machine where nothing guards', async () => {
    const open = new Agent({ connect: { lookup, rejectUnauthorized: false } })
    const reached = []
    for (const host of INSIDE) {
      const response = await fetch(`http://${host}:${site.http}/`, { dispatcher: open }).catch(
        () => null,
      )
      if (response) reached.push(host)
      await response?.text()
    }
    expect(reached.length).toBeGreaterThan(INSIDE.length - 6)
    await open.destroy()
  })
})
