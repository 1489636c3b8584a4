import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { expect } from 'vitest'
import { createWapPushChannel, type WapPushConfig } from '#adapters/channels/wap-push/wap-push.ts'
import type { Instant } from '#core/ids.ts'
import type { RenderedWapPush } from '#core/message/message.ts'
import { type RecordingSink, recordingSink } from '#test/fixtures/hook-server.ts'
import type { KannelWorld } from '#test/fixtures/kannel-world.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'
import type { Kannel } from '../../../services/kannel.ts'
import type { Submitted } from '../../../services/smpp-smsc.ts'
import { readIndication } from '../../../services/wbxml.ts'

export interface WapPushHarness extends ChannelHarness {
  readonly world: KannelWorld
  readonly sink: RecordingSink
  /** Every push since the start that was taken, deletions among them, put together from its segments. */
  pushes(): Promise<readonly Push[]>
  setPassword(password: string): void
}

/** A push as it came to the phone. */
export interface Push {
  readonly to: string
  readonly segments: readonly Submitted[]
  /** Without the segments' headers: WSP. */
  readonly wsp: Buffer
}

/** Without a zero in it that the coding could leave out. */
export const NOW = new Date('2026-11-30T21:48:17Z')
export const WAP_SECRET = 'wap5secret'

/** A number that only the harness pushes to: what comes after everything else. */
const LAST = '+19005550198'
const PATIENCE = { timeout: 30_000, interval: 20 }

/** The channel in front of Kannel's Push Proxy Gateway, which calls it back by the web's hooks. */
export function openWapPush(world: KannelWorld, over: Partial<WapPushConfig> = {}): WapPushHarness {
  const { kannel, network, hooks } = world
  let { password } = kannel
  const channel = createWapPushChannel(
    {
      ppgUrl: kannel.ppgUrl,
      username: kannel.username,
      password: () => password,
      from: null,
      ratePerSecond: 20,
      callbackUrl: hooks.url,
      callbackSecret: WAP_SECRET,
      timeouts: { requestMs: 4_000 },
      ...over,
    },
    { logger: quiet, now: () => NOW },
  )
  const before = network.arrived().length
  const sink = recordingSink()
  hooks.serve(channel.hooks, sink)

  /** Pushes and deletions that the gateway said it had taken. */
  let taken = 0
  const came = (): readonly Push[] => {
    const since = network.arrived().slice(before)
    return reassembled(since.filter(({ to, dataCoding }) => dataCoding === 4 && !LAST.endsWith(to)))
  }
  const pushes = async (): Promise<readonly Push[]> => {
    await lastPushed(world)
    await expect.poll(() => came().length, PATIENCE).toBeGreaterThanOrEqual(taken)
    return came()
  }

  return {
    world,
    sink,
    channel: {
      ...channel,
      async start(given) {
        hooks.serve(channel.hooks, given)
        await channel.start(given)
      },
      async send(...push) {
        const result = await channel.send(...push)
        if (result.outcome.kind === 'accepted') taken += 1
        return result
      },
      async recall(...push) {
        // A deletion might overtake what it deletes.
        await pushes()
        const result = await channel.recall(...push)
        if (result === 'removed') taken += 1
        return result
      },
    },
    pushes,
    setPassword(next) {
      password = next
    },
    // By their ids, since the gateway keeps no order: it answers first, and pushes several at once.
    arrived: async () =>
      shown((await pushes()).map(renderedOf)).toSorted((a, b) => a.siId.localeCompare(b.siId)),
    openConnections: async () => kannel.openConnections().ppg,
    async close() {
      await world.heal()
      await lastPushed(world)
    },
  }
}

/** What a phone shows: a deletion takes away what was there by its id. */
function shown(pushes: readonly RenderedWapPush[]): readonly RenderedWapPush[] {
  return pushes.filter(
    ({ siId }, n) => !pushes.slice(n).some((it) => it.action === 'delete' && it.siId === siId),
  )
}

function renderedOf({ to, segments, wsp }: Push): RenderedWapPush {
  const { attributes, text } = readIndication(wbxmlOf(wsp))
  const expires = attributes['si-expires']
  expect(attributes.created).toBe('2026-11-30T21:48:17Z')
  return {
    channel: 'wap-push',
    to,
    title: text,
    href: attributes.href ?? '',
    siId: attributes['si-id'] ?? '',
    action: attributes.action as RenderedWapPush['action'],
    expiresAt: expires === undefined ? null : (Date.parse(expires) as Instant),
    segments: segments.length,
  }
}

/** The body of a WSP push: after transaction, type, and headers whose length comes first (WAP-230, 8.2.4.1). */
export function wbxmlOf(wsp: Buffer): Buffer {
  expect(wsp[1]).toBe(0x06)
  return wsp.subarray(3 + (wsp[2] ?? 0))
}

/** Segments put together by their concatenation headers, whose numbers come again. */
export function reassembled(segments: readonly Submitted[]): Push[] {
  const open = new Map<string, Submitted[]>()
  const whole: Submitted[][] = []
  for (const segment of segments) {
    const [reference, total = 1] = concatenation(segment)
    const key = `${segment.to}/${reference}`
    const parts = [...(open.get(key) ?? []), segment]
    open.set(key, parts)
    if (parts.length < total) continue
    open.delete(key)
    whole.push(parts.toSorted((a, b) => (a.udh?.at(-1) ?? 0) - (b.udh?.at(-1) ?? 0)))
  }
  return whole.map((parts) => ({
    to: `+${parts[0]?.to}`,
    segments: parts,
    wsp: Buffer.concat(parts.map(({ bytes }) => bytes)),
  }))
}

/** Reference and number of segments, after the ports; nothing for a push of one segment. */
function concatenation({ udh }: Submitted): readonly number[] {
  return udh && udh.length > 6 ? [...udh.subarray(-3, -1)] : []
}

/** Waits for one push more. Others that the gateway took before may still be overtaken by it. */
async function lastPushed({ kannel, network }: KannelWorld): Promise<void> {
  const id = randomUUID()
  const came = (): boolean => network.arrived().some(({ bytes }) => bytes.includes(id))
  await expect.poll(() => pushDirectly(kannel, id), PATIENCE).toContain('1001')
  await expect.poll(came, PATIENCE).toBe(true)
}

/** Over a connection of its own. The answer, empty where there is none. */
function pushDirectly({ ppgUrl, username, password }: Kannel, id: string): Promise<string> {
  const body = [
    '--end\r\nContent-Type: application/xml\r\n\r\n',
    '<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd">',
    `<pap><push-message push-id="${id}"><address address-value="WAPPUSH=${LAST}/TYPE=PLMN@ppg"/></push-message></pap>`,
    '\r\n--end\r\nContent-Type: text/vnd.wap.si\r\n\r\n',
    '<?xml version="1.0"?><!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">',
    `<si><indication si-id="${id}" action="delete"></indication></si>`,
    '\r\n--end--\r\n',
  ].join('')
  const headers = {
    'Content-Type': 'multipart/related; boundary=end; type="application/xml"',
    'Content-Length': Buffer.byteLength(body),
    'X-WAP-Application-Id': 'x-wap-application:wml.ua',
  }
  const options = { method: 'POST', agent: false, auth: `${username}:${password}`, headers }
  return new Promise((resolve) => {
    const asked = request(ppgUrl, options, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.once('error', () => resolve(''))
      response.once('end', () => resolve(text))
    })
    asked.once('error', () => resolve(''))
    asked.end(body)
  })
}
