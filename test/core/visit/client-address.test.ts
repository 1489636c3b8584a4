import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientAddress, networkOf, trustedProxies } from '#core/visit/client-address.ts'

const trust = trustedProxies(['127.0.0.0/8', '10.0.0.0/8', '::1', 'fd00::/8'])
const of = (remote: string, xForwardedFor?: string, forwarded?: string) =>
  clientAddress(remote, { xForwardedFor, forwarded }, trust)

test('with no trusted proxy the headers say nothing', () => {
  const nobody = trustedProxies([])
  expect(clientAddress('127.0.0.1', { xForwardedFor: '1.2.3.4' }, nobody)).toBe('127.0.0.1')
})

test('a stranger’s headers say nothing', () => {
  expect(of('203.0.113.9', '1.2.3.4', 'for=1.2.3.4')).toBe('203.0.113.9')
})

test('the rightmost address that is no trusted proxy is the client', () => {
  expect(of('127.0.0.1', '198.51.100.7')).toBe('198.51.100.7')
  expect(of('127.0.0.1', '6.6.6.6, 198.51.100.7, 10.1.2.3')).toBe('198.51.100.7')
  expect(of('::1', '2001:DB8::1')).toBe('2001:db8::1')
})

test('a chain of trusted proxies alone gives the outermost', () => {
  expect(of('127.0.0.1', '10.0.0.5, 10.0.0.6')).toBe('10.0.0.5')
})

test('what is no address ends the chain', () => {
  expect(of('127.0.0.1', '1.2.3.4, unknown')).toBe('127.0.0.1')
  expect(of('127.0.0.1', '1.2.3.4, <script>, 10.0.0.9')).toBe('10.0.0.9')
  expect(of('127.0.0.1', '')).toBe('127.0.0.1')
})

test('ports, brackets, quotes and mapped addresses are read', () => {
  expect(of('::ffff:127.0.0.1', '198.51.100.7:5123')).toBe('198.51.100.7')
  expect(of('127.0.0.1', '[2001:db8::7]:443')).toBe('2001:db8::7')
  expect(of('127.0.0.1', undefined, 'For="[2001:db8::7]:443";proto=https')).toBe('2001:db8::7')
  expect(of('127.0.0.1', undefined, 'for=6.6.6.6, proto=http;for=198.51.100.7')).toBe(
    '198.51.100.7',
  )
})

test('two headers that name different clients are both disbelieved', () => {
  expect(of('127.0.0.1', '6.6.6.6', 'for=198.51.100.7')).toBe('127.0.0.1')
  expect(of('127.0.0.1', '198.51.100.7', 'for=198.51.100.7')).toBe('198.51.100.7')
})

test.each(['300.1.1.1/8', '10.0.0.0/33', '10.0.0.0/', 'proxy.example', '', '::1/129', '1.2.3.4/a'])(
  'the setting %j is refused',
  (cidr) => {
    expect(() => trustedProxies([cidr])).toThrow(RangeError)
  },
)

test('any headers give an address, the peer’s at worst', () => {
  const header = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())).map((hops) => hops.join(', ')),
    ),
    { nil: undefined },
  )
  fc.assert(
    fc.property(header, header, (x, forwarded) => {
      expect(isIP(of('127.0.0.1', x, forwarded))).not.toBe(0)
    }),
  )
})

describe('the network of a client', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8::2:3:4:192.0.2.7', '2001:db8:0:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
    ['nonsense', 'nonsense'],
  ])('of %j is %j', (address, network) => expect(networkOf(address)).toBe(network))
})
