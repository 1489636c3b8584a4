import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Instant } from '#core/ids.ts'
import type { Message } from '#core/message/message.ts'
import { sharedKannelWorld } from '#test/fixtures/kannel-world.ts'
import { contextOf } from '../../../contracts/channel.ts'
import { CHINESE, messageOn } from '../../../core/message/sample.ts'
import { missingKannel } from '../../../services/kannel.ts'
import { skippedFor } from '../../../services/skipped-for.ts'
import { dissectSmpp, missingTshark } from '../../../services/tshark.ts'
import { missingWbxml, readIndication } from '../../../services/wbxml.ts'
import { NOW, openWapPush, type WapPushHarness, wbxmlOf } from './harness.ts'

const missing = missingKannel() ?? missingWbxml()
const PATIENCE = { timeout: 20_000 }

describe.skipIf(skippedFor(missing))('a push on the air', () => {
  const world = sharedKannelWorld({ wap: true })
  let h: WapPushHarness
  beforeEach(async () => {
    h = openWapPush(await world())
  })
  afterEach(async () => {
    await h.channel.stop()
    await h.close()
  })

  const send = async (over: Partial<Message> = {}) => {
    const message = messageOn('wap-push', over)
    const rendered = h.channel.render(message)
    const { outcome } = await h.channel.send(rendered, contextOf(message))
    return { rendered, outcome }
  }

  test('is a Service Indication to the browser’s port, byte for byte', async () => {
    const link = 'http://go.example.net/r/abc'
    await send({
      ...CHINESE,
      link,
      note: '好',
      stop: { ...messageOn('sms').stop, firstContact: false },
    })
    const [push] = await h.pushes()
    expect(push?.segments.map(({ udh }) => udh?.toString('hex'))).toEqual(['05040b8423f0'])
    // Transaction; push; 5 bytes of headers: text/vnd.wap.si, its length, encoding version 1.3. No other header.
    expect(push?.wsp.subarray(1, 8).toString('hex')).toMatch(/^0605ae8d..c393$/)
    const wbxml = wbxmlOf(push!.wsp)
    expect(wbxml.subarray(0, 22).toString('latin1')).toBe(
      '\x02\x05\x6a\x00\x45\xc6\x0c\x03go.example\x00\x87\x03r',
    )
    expect(readIndication(wbxml)).toEqual({
      attributes: {
        href: link,
        'si-id': '0Q1abcdXXXXXXXX-3',
        action: 'signal-medium',
        created: '2026-11-30T21:48:17Z',
      },
      text: '李安（@annlee）：好',
    })
  })

  test('ends with its link', async () => {
    const expiresAt = Date.parse('2026-12-24T18:30:00Z') as Instant
    const { rendered } = await send({ expiresAt })
    expect(rendered).toMatchObject({ expiresAt })
    expect(await h.arrived()).toEqual([rendered])
  })

  test('takes the segments that were estimated, whatever its link and title', async () => {
    const link = fc.tuple(
      fc.constantFrom('http://', 'https://', 'http://www.', 'https://www.'),
      fc.constantFrom('a.example', 'go.example.net', 'x.com', 'a.org', 'www.org'),
      fc.constantFrom(
        '/r/abc',
        '/r/abc?u=http://b.com/c&d=é',
        '/',
        `/${'x'.repeat(60)}`,
        '/a.net/b',
      ),
    )
    const any = fc.tuple(link, fc.string({ unit: fc.constantFrom('a', '你', '😀', '<', ' b') }))
    const samples = fc.sample(any, { numRuns: 25, seed: 3 })
    const sent = []
    for (const [n, [parts, note]] of samples.entries()) {
      // In the order of their ids, as text.
      const deliveryId = `0Q1abcdZZZZZZZZ-${100 + n}` as Message['deliveryId']
      const { rendered, outcome } = await send({ link: parts.join(''), note, deliveryId })
      expect(outcome).toEqual({ kind: 'accepted' })
      sent.push(rendered)
    }
    expect(await h.arrived()).toEqual(sent)
  })

  test('is refused before it is sent where the gateway would cut it', async () => {
    const link = `https://go.example.net/r/${'x'.repeat(1_300)}`
    const { outcome } = await send({ link })
    expect(outcome).toMatchObject({ kind: 'permanent', reason: 'too_large' })
    const fits = `https://go.example.net/r/${'x'.repeat(1_050)}`
    const { rendered } = await send({ link: fits })
    expect(rendered).toMatchObject({ segments: 10 })
    expect(await h.arrived()).toEqual([rendered])
  })

  test('is replaced by another of its id, and deleted by a recall', async () => {
    await send()
    await send()
    const [one, other] = await h.pushes()
    const idOf = (wsp: Buffer) => readIndication(wbxmlOf(wsp)).attributes['si-id']
    expect(idOf(one!.wsp)).toBe(idOf(other!.wsp))
    const { address, deliveryId } = messageOn('wap-push')
    const at = { address, connection: h.channel.connections[0]!.connection }
    expect(await h.channel.recall([deliveryId], at)).toBe('removed')
    const last = (await h.pushes()).at(-1)
    expect(last?.segments.some(({ receiptAsked }) => receiptAsked)).toBe(false)
    expect(readIndication(wbxmlOf(last!.wsp))).toEqual({
      attributes: {
        'si-id': deliveryId,
        action: 'delete',
        created: NOW.toISOString().replace('.000', ''),
      },
      text: '',
    })
  })

  test('is not taken away where the gateway cannot be asked, and can be later', async () => {
    await send()
    const { address, deliveryId } = messageOn('wap-push')
    const at = { address, connection: h.channel.connections[0]!.connection }
    h.setPassword('wrong')
    expect(await h.channel.recall([deliveryId], at)).toBe('not-removed')
    h.setPassword(h.world.kannel.password)
    expect(await h.channel.recall([deliveryId], at)).toBe('removed')
    expect(await h.arrived()).toEqual([])
  })

  test.each([
    ['DELIVRD', 'delivered', null],
    ['UNDELIV', 'failed', 'not_reachable'],
    ['REJECTD', 'failed', 'refused'],
  ])('%s from the network becomes %s', async (stat, state, reason) => {
    h.world.network.behave({ stat })
    await send()
    await expect
      .poll(() => h.sink.receipts.map(({ verdict }) => verdict), PATIENCE)
      .toContainEqual(expect.objectContaining({ state, reason }))
    expect(new Set(h.sink.receipts.map(({ providerId }) => providerId))).toEqual(
      new Set(['0Q1abcdXXXXXXXX-3']),
    )
    expect(h.sink.receipts[0]?.connection).toEqual({ channel: 'wap-push', connection: 'default' })
  })

  test.skipIf(skippedFor(missingTshark()))(
    'reads SMPP, ports, WSP and indication to Wireshark',
    async () => {
      const before = h.world.network.written().length
      await send({ note: 'look', stop: { ...messageOn('sms').stop, firstContact: false } })
      await h.pushes()
      const tree = dissectSmpp(h.world.network.written().subarray(before))
      for (const line of [
        /Short Message Peer to Peer, Command: Submit_sm/,
        /Recipient address: 8613800138000/,
        /Destination port.*2948/i,
        /Wireless Session Protocol/,
        /PDU Type: Push \(0x06\)/,
        /Content-Type: text\/vnd\.wap\.si|application\/vnd\.wap\.sic/,
        /WAP Binary XML/,
        /Public Identifier.*SI 1\.0/,
        /go\.example/,
        /signal-medium/,
        /Ann Lee \(@annlee\): look/,
      ]) {
        expect(tree).toMatch(line)
      }
    },
  )
})
