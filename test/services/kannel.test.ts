import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fetchByWap } from './fakewap.ts'
import { type Kannel, type KannelOptions, missingKannel, startKannel } from './kannel.ts'
import { skippedFor } from './skipped-for.ts'

const PHONE = '+8613800138000'
const PATIENCE = { timeout: 15_000 }

describe.skipIf(skippedFor(missingKannel()))('Kannel under test', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  const start = async (options: KannelOptions = {}): Promise<Kannel> => {
    const kannel = await startKannel(options)
    ends.push(kannel.stop)
    return kannel
  }

  /** A server that keeps the paths that it was asked for. */
  const startListener = async (): Promise<{ url: string; asked: string[] }> => {
    const asked: string[] = []
    const server = createServer(({ url = '' }, response) => {
      asked.push(url)
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
  }

  const send = async (kannel: Kannel, text: string, coding = '0'): Promise<number> => {
    const response = await fetch(kannel.sendsmsUrl, {
      method: 'POST',
      headers: {
        'X-Kannel-Username': kannel.username,
        'X-Kannel-Password': kannel.password,
        'X-Kannel-To': PHONE,
        'X-Kannel-Coding': coding,
        'Content-Type': 'text/plain; charset=UTF-8',
      },
      body: text,
    })
    await response.text()
    return response.status
  }
  const texts = ({ smsc }: Kannel): string[] =>
    smsc!
      .arrived()
      .map(({ kind, data }) =>
        kind === 'ucs-2' ? Buffer.from(data).swap16().toString('utf16le') : data.toString('utf8'),
      )

  test('what is sent arrives at the network, in either encoding, line breaks too', async () => {
    const kannel = await start()
    expect(await send(kannel, 'one\ntwo\n')).toBe(202)
    expect(await send(kannel, '你好 + 😀', '2')).toBe(202)
    await expect.poll(() => texts(kannel), PATIENCE).toEqual(['one\ntwo\n', '你好 + 😀'])
    expect(kannel.smsc!.arrived()[0]).toMatchObject({ from: kannel.sender, to: PHONE, udh: null })
  })

  test('what phones send is told to the address given', async () => {
    const { url, asked } = await startListener()
    const kannel = await start({ inboundUrl: `${url}/mo?from=%p&text=%b&charset=%C` })
    kannel.smsc!.text(PHONE, 'STOP')
    kannel.smsc!.ucs2(PHONE, '退订')
    await expect.poll(() => asked.length, PATIENCE).toBe(2)
    expect(asked).toEqual([
      '/mo?from=%2B8613800138000&text=STOP&charset=UTF-8',
      '/mo?from=%2B8613800138000&text=%90%00%8B%A2&charset=UTF-16BE',
    ])
  })

  test('either box may be killed and comes back; the network connects again', async () => {
    const kannel = await start()
    await kannel.smsbox.kill()
    await expect(send(kannel, 'nobody there')).rejects.toThrow()
    await kannel.smsbox.restart()
    await kannel.bearerbox.kill()
    await kannel.bearerbox.restart()
    await expect.poll(() => kannel.smsc!.isConnected(), PATIENCE).toBe(true)
    await expect.poll(() => kannel.status(), PATIENCE).toMatch(/smsbox:sb1/)
    expect(await send(kannel, 'back')).toBe(202)
    await expect.poll(() => texts(kannel), PATIENCE).toContain('back')
  })

  test('the WAP gateway listens at an address of its own', async () => {
    const [one, other] = await Promise.all([start({ wap: true }), start({ wap: true })])
    expect(one.wdpAddress).not.toBe(other.wdpAddress)
    for (const { ppgUrl } of [one, other]) expect((await fetch(ppgUrl)).status).toBe(401)
    await expect.poll(() => one.status(), PATIENCE).toMatch(/wapbox/)
  })

  test('a handset reads a page through the WAP gateway', async () => {
    const asked: string[] = []
    const server = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers['user-agent']}`)
      response.setHeader('Content-Type', 'text/vnd.wap.wml; charset=UTF-8')
      response.end(
        '<?xml version="1.0"?><!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.1//EN" "http://www.wapforum.org/DTD/wml_1.1.xml"><wml><card id="a" title="x"><p>你好 hello</p></card></wml>',
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    const kannel = await start({ wap: true })
    const { port } = server.address() as AddressInfo
    const page = await fetchByWap(kannel, `http://127.0.0.1:${port}/r/abc`)
    expect(asked[0]).toMatch(/^\/r\/abc Nokia7110/)
    expect(page.toString('utf8')).toContain('你好 hello')
  })

  test('nothing outlives a stop', async () => {
    const kannel = await start({ wap: true })
    const boxes = [kannel.bearerbox, kannel.smsbox, kannel.wapbox!]
    expect(boxes.flatMap((box) => box.pids())).toHaveLength(3)
    await kannel.stop()
    expect(boxes.flatMap((box) => box.pids())).toEqual([])
    await expect(fetch(kannel.sendsmsUrl)).rejects.toThrow()
  })
})
