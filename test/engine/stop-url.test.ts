import { expect, test } from 'vitest'
import type { ChannelName } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'
import { stopUrlOf } from '#engine/delivering/write-message.ts'
import { createKeys } from '#engine/keys.ts'

const DELIVERY = '0Qz8fE3abcdefgh-1' as DeliveryId
const keys = createKeys('a secret of some length')
const deps = { keys, baseUrl: 'https://passalong.example.org', linkBaseUrl: 'http://l.example.org' }

test.each<[ChannelName, string]>([
  ['sms', deps.linkBaseUrl],
  ['wap-push', deps.linkBaseUrl],
  ['email', deps.baseUrl],
  ['telegram', deps.baseUrl],
])('the page to choose on is named to %s with %s', (channel, origin) => {
  expect(stopUrlOf(deps, channel, DELIVERY)).toBe(`${origin}/u/${keys.stopToken(DELIVERY)}`)
})
