import { describe, expect, test } from 'vitest'
import { reportHook, reportUrl, reportVerdict } from '#adapters/kannel/report.ts'
import type { ConnectionRef } from '#core/address.ts'
import type { HookRequest } from '#ports/channel.ts'
import { recordingSink } from '#test/fixtures/hook-server.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const receipt = (stat: string): string => `id:7 sub:001 dlvrd:000 stat:${stat} err:027 text:`

describe('what a report says', () => {
  test.each([
    [8, 'ACK/', 'accepted', null],
    [4, receipt('ACCEPTD'), 'accepted', null],
    [12, '', 'accepted', null],
    [1, receipt('DELIVRD'), 'delivered', null],
    [33, '', 'delivered', null],
    [2, receipt('UNDELIV'), 'failed', 'not_reachable'],
    [2, receipt('EXPIRED'), 'failed', 'not_reachable'],
    [34, receipt('EXPIRED'), 'failed', 'not_reachable'],
    [2, receipt('UNKNOWN'), 'failed', 'not_reachable'],
    [2, receipt('REJECTD'), 'failed', 'refused'],
    [2, receipt('DELETED'), 'failed', 'refused'],
    [2, '', 'failed', 'not_reachable'],
    [16, 'NACK/0x0000000b/Invalid Destination Address', 'failed', 'no_such_recipient'],
    [16, 'NACK/0x00000001/Message Length is invalid', 'failed', 'too_large'],
    [16, 'NACK/0x0000000a/Invalid Source Address', 'failed', 'refused'],
    [16, 'NACK/0x00000045/Submit failed', 'failed', 'refused'],
    [16, 'NACK/', 'failed', 'refused'],
    [16, '', 'failed', 'refused'],
  ])('%i %s → %s %s', (type, reply, state, reason) => {
    expect(reportVerdict(type, reply)).toMatchObject({ state, reason })
  })

  test.each([0, Number.NaN, 32, 64, -0])('%d says nothing', (type) => {
    expect(reportVerdict(type, '')).toBeUndefined()
  })

  test('in words only where it failed, in one short line', () => {
    expect(reportVerdict(1, receipt('DELIVRD'))?.detail).toBeNull()
    const detail = reportVerdict(2, `stat:UNDELIV\r\n\u0000${'x'.repeat(900)}`)?.detail
    expect(detail).toMatch(/^stat:UNDELIV x+…$/)
    expect(detail?.length).toBeLessThanOrEqual(200)
  })
})

describe('the hook', () => {
  const connection = { channel: 'sms', connection: 'kannel' } as ConnectionRef
  const call = (search: string): HookRequest => ({
    method: 'GET',
    path: '/hooks/x/dlr',
    query: {},
    search,
    headers: {},
    body: new Uint8Array(),
  })

  test('hands on what the report of a message says', async () => {
    const sink = recordingSink()
    const hook = reportHook('x/dlr', connection, quiet)
    const url = reportUrl('http://us/hooks/x/dlr', '0Q1abcdXXXXXXXX-3')
    const called = url.replace('%d', '2').replace('%A', 'stat%3AREJECTD')
    const answer = await hook.handle(call(new URL(called).search), sink)
    expect(answer).toEqual({ status: 200, body: '' })
    expect(sink.receipts).toEqual([
      {
        connection,
        providerId: '0Q1abcdXXXXXXXX-3',
        verdict: { state: 'failed', reason: 'refused', detail: 'stat:REJECTD' },
      },
    ])
  })

  test.each([
    '',
    '?id=a',
    '?type=1',
    '?id=&type=1',
    '?id=a&type=',
    '?id=a&type=x',
    '?id=a%00b&type=1',
    `?id=${'a'.repeat(200)}&type=1`,
    '?id=%FF%FE&type=1&reply=%80',
  ])('refuses a call that says nothing: %s', async (search) => {
    const sink = recordingSink()
    const answer = await reportHook('x/dlr', connection, quiet).handle(call(search), sink)
    expect(answer.status).toBe(400)
    expect(sink.receipts).toEqual([])
  })

  test('reads words in no charset', async () => {
    const sink = recordingSink()
    const hook = reportHook('x/dlr', connection, quiet)
    await hook.handle(call('?id=a&type=2&reply=%FF%00stat:REJECTD'), sink)
    expect(sink.receipts[0]?.verdict.reason).toBe('refused')
  })

  test('does not answer where it could not be stored', async () => {
    const sink = recordingSink()
    sink.failNext(1)
    const hook = reportHook('x/dlr', connection, quiet)
    await expect(hook.handle(call('?id=a&type=1'), sink)).rejects.toThrow()
  })
})
