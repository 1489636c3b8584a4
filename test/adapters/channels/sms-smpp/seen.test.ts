import { describe, expect, test } from 'vitest'
import { createSeen, type InboundText } from '#adapters/channels/sms-smpp/seen.ts'

const from = (sender: string, text: string): InboundText => ({ from: sender, to: '10690', text })
const STOP = from('+8613800138000', 'STOP')
const START = from('+8613800138000', 'START')

/** Takes texts one after another, each acknowledged; tells their ids. */
function taking() {
  const seen = createSeen()
  return (text: InboundText, session: object): string => {
    const id = seen.idOf(text, session)
    seen.acknowledged(text, session)
    return id
  }
}

describe('a text that comes again over another session', () => {
  test('is the same one while its sender wrote nothing else', () => {
    const take = taking()
    const id = take(STOP, { first: true })
    take(from('+8613800138001', 'START'), { first: true })
    expect(take(STOP, { second: true })).toBe(id)
  })

  test('is a new one after its sender wrote something else: STOP, START, STOP ends with a STOP', () => {
    const take = taking()
    const before = {}
    const id = take(STOP, before)
    take(START, before)
    expect(take(STOP, { after: 'a cut' })).not.toBe(id)
  })

  test('is the same one where it was not acknowledged, whatever came since', () => {
    const seen = createSeen()
    const id = seen.idOf(STOP, {})
    seen.idOf(START, {})
    seen.acknowledged(START, {})
    expect(seen.idOf(STOP, {})).toBe(id)
  })
})
