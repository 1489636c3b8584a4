import { describe, expect, test } from 'vitest'
import {
  classifyBind,
  classifySubmit,
  classifyUnreachable,
  nameOfStatus,
} from '#adapters/channels/sms-smpp/status.ts'

const context = { bucket: 'sms/smpp/10690', attempt: 1 }

describe('an answer to a submit', () => {
  test.each([
    [0x58, 'throttled'],
    [0x14, 'throttled'],
    [0x08, 'transient'],
    [0x45, 'transient'],
    [0x04, 'transient'],
    [0x64, 'transient'],
    [0x102, 'transient'],
    [0x0b, 'permanent'],
    [0x0a, 'permanent'],
    [0x33, 'permanent'],
    [0x01, 'permanent'],
    [0x65, 'permanent'],
    [0x101, 'permanent'],
    [0x104, 'permanent'],
    [0x0d, 'down'],
    [0x0e, 'down'],
    [0x0f, 'down'],
    [0x400, 'transient'],
    [0xffff_ffff, 'transient'],
  ])('status %i comes to %s', (status, kind) => {
    expect(classifySubmit(status, context).kind).toBe(kind)
  })

  test.each([
    [0x0b, 'no_such_recipient'],
    [0x0a, 'our_fault'],
    [0x33, 'refused'],
    [0x01, 'too_large'],
    [0x101, 'blocked'],
    [0x104, 'bad_content'],
    [0xfe, 'not_reachable'],
  ])('status %i is %s, and keeps nobody from writing to the number', (status, reason) => {
    expect(classifySubmit(status, context)).toMatchObject({ reason, suppress: false })
  })

  test('that is doubtful is believed after a few times; a busy SMSC never is', () => {
    for (const status of [0x45, 0xff, 0x4ff]) {
      expect(classifySubmit(status, { ...context, attempt: 4 }).kind).toBe('transient')
      expect(classifySubmit(status, { ...context, attempt: 5 })).toMatchObject({
        kind: 'permanent',
        reason: 'refused',
      })
    }
    expect(classifySubmit(0x08, { ...context, attempt: 11 }).kind).toBe('transient')
  })

  test('is named so that it can be looked up', () => {
    expect(nameOfStatus(0x58)).toBe('ESME_RTHROTTLED (0x58)')
    expect(nameOfStatus(0x4a1)).toBe('status (0x4A1)')
  })

  test('comes to something, whatever number it is', () => {
    for (let status = 1; status < 0x500; status++) {
      expect(['throttled', 'transient', 'permanent', 'down']).toContain(
        classifySubmit(status, context).kind,
      )
    }
  })
})

test.each([
  [0x0d, 'down'],
  [0x0e, 'down'],
  [0x0f, 'down'],
  [0x53, 'down'],
  [0x490, 'down'],
  [0x05, 'transient'],
  [0x08, 'transient'],
  [0x14, 'transient'],
  [0x58, 'transient'],
])('a bind refused with status %i leaves the connection %s', (status, kind) => {
  expect(classifyBind(status).kind).toBe(kind)
})

test.each([
  ['ECONNREFUSED', 'transient'],
  ['ETIMEDOUT', 'transient'],
  ['ECONNRESET', 'transient'],
  ['EAI_AGAIN', 'transient'],
  ['ENOTFOUND', 'down'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'down'],
  ['CERT_HAS_EXPIRED', 'down'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'down'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'down'],
])('a connection that fails with %s is %s', (code, kind) => {
  expect(classifyUnreachable(code)).toMatchObject({ kind, detail: code })
})
