import { describe, expect, test } from 'vitest'
import { type Address, DEFAULT_CONNECTION } from '#core/address.ts'
import { addressOfUser, handleAddressOfUser, handleIn, type PlatformUser } from '#core/identity.ts'
import type { ConnectionId } from '#core/ids.ts'
import { parseRecipient } from '#core/recipients/parse.ts'

const user = (over: Partial<PlatformUser>): PlatformUser => ({
  platform: 'telegram',
  connection: DEFAULT_CONNECTION,
  id: '4711',
  handle: 'Ann_Lee',
  name: 'Ann',
  ...over,
})
const slack = user({
  platform: 'slack',
  connection: 'T1' as ConnectionId,
  id: 'U1',
  handle: 'ann.lee',
})

function written(text: string): Address {
  const parsed = parseRecipient(text)
  if (!parsed.ok || !('address' in parsed.recipient)) throw new Error(`no address: ${text}`)
  return parsed.recipient.address
}

describe('the address of a user', () => {
  test.each([
    [user({}), 'telegram:4711'],
    [slack, 'slack:T1/U1'],
    [user({ platform: 'matrix', id: '@ann:example.org' }), '@ann:example.org'],
  ])('is the one that a sender writes', (known, text) => {
    expect(addressOfUser(known)).toEqual(written(text))
    expect(handleIn(written(text))).toBeNull()
  })

  test.each([
    [user({}), 'telegram:@ann_lee'],
    [slack, 'slack:T1/@ann.lee'],
  ])('by the handle is the one that a sender writes who knows no more', (known, text) => {
    expect(handleAddressOfUser(known)).toEqual(written(text))
    const { platform, connection, handle } = known
    expect(handleIn(written(text))).toEqual({
      ...{ platform, connection },
      handle: handle!.toLowerCase(),
    })
  })

  test('is none for who has no handle, and for a terminal', () => {
    expect(handleAddressOfUser(user({ handle: null }))).toBeNull()
    expect(addressOfUser(user({ platform: 'console', id: 'ann' }))).toBeNull()
  })
})
