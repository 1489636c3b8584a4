import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Agent, readAgent } from '#core/visit/agent.ts'
import { classify, isDoubtful, type VisitFacts, wishesPrivacy } from '#core/visit/classify.ts'
import { VISIT_CLASSES } from '#core/visit.ts'

const person: Agent = { robot: null, family: 'Firefox, Linux, desktop' }
const visit = (facts: Partial<VisitFacts> = {}) =>
  classify({
    method: 'GET',
    headers: { 'accept-language': 'en' },
    agent: person,
    own: false,
    mail: null,
    ...facts,
  })
const mail = (acceptedMsAgo: number | null, more = {}) => ({
  mail: { sending: false, acceptedMsAgo, codes: 1, ...more },
})

test('a browser is a person', () => {
  expect(visit()).toEqual({ class: 'human', why: 'browser' })
})

test('the sender’s own session is told apart, whatever else it looks like', () => {
  expect(visit({ own: true, agent: readAgent('curl/8'), ...mail(5) })).toEqual({
    class: 'own',
    why: 'session',
  })
})

test.each([
  [{ 'sec-purpose': 'prefetch;prerender' }, 'sec-purpose'],
  [{ purpose: 'prefetch' }, 'purpose'],
  [{ 'x-purpose': 'preview' }, 'purpose'],
  [{ 'x-moz': 'prefetch' }, 'x-moz'],
])('%j is a prefetch', (headers, why) => {
  expect(visit({ headers })).toEqual({ class: 'prefetch', why })
})

test('HEAD is nobody’s reading: a scanner’s in mail, a preview elsewhere', () => {
  expect(visit({ method: 'HEAD' })).toEqual({ class: 'preview', why: 'head' })
  expect(visit({ method: 'HEAD', ...mail(60_000) })).toEqual({ class: 'scanner', why: 'head' })
})

test('mail opened within ten seconds of its acceptance is scanned, at ten seconds it is read', () => {
  expect(visit(mail(0))).toEqual({ class: 'scanner', why: 'within-10s' })
  expect(visit(mail(9_999))).toEqual({ class: 'scanner', why: 'within-10s' })
  expect(visit(mail(10_000)).class).toBe('human')
  expect(visit(mail(null, { sending: true }))).toEqual({ class: 'scanner', why: 'within-10s' })
})

test('one client on three codes is a scanner, on two it is doubtful', () => {
  expect(visit(mail(60_000, { codes: 3 }))).toEqual({ class: 'scanner', why: 'many-codes' })
  expect(visit(mail(60_000, { codes: 2 }))).toEqual({ class: 'human', why: 'doubtful-codes' })
})

test('doubtful openings of mail are marked, those of other channels are not', () => {
  expect(visit(mail(29_999)).why).toBe('doubtful-soon')
  expect(visit(mail(30_000)).why).toBe('browser')
  expect(visit({ ...mail(60_000), headers: {} }).why).toBe('doubtful-headers')
  expect(visit({ headers: {} }).why).toBe('browser')
  expect(isDoubtful('doubtful-soon')).toBe(true)
  expect(isDoubtful('browser')).toBe(false)
})

test('a mail filter is a scanner for mail alone', () => {
  const agent = readAgent('Barracuda Sentinel (EE)')
  expect(visit({ agent, ...mail(60_000) }).class).toBe('scanner')
  expect(visit({ agent }).class).toBe('preview')
})

test('GPC and DNT are wishes, anything else is none', () => {
  expect(wishesPrivacy({ 'sec-gpc': '1' })).toBe(true)
  expect(wishesPrivacy({ dnt: '1' })).toBe(true)
  expect(wishesPrivacy({ dnt: '0', 'sec-gpc': 'yes' })).toBe(false)
})

test('any request has a class and a short reason', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.string()),
    fc.constant(undefined),
  )
  const names = fc.constantFrom('purpose', 'sec-purpose', 'x-moz', 'dnt', 'accept-language', 'x')
  const mailFacts = fc.record({
    sending: fc.boolean(),
    acceptedMsAgo: fc.option(fc.integer({ min: -1_000, max: 100_000 })),
    codes: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(
      fc.string(),
      fc.dictionary(names, value),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.option(mailFacts),
      (method, headers, userAgent, own, mail) => {
        const got = classify({ method, headers, agent: readAgent(userAgent), own, mail })
        expect(VISIT_CLASSES).toContain(got.class)
        expect(got.why).toMatch(/^[a-z0-9-]{3,20}$/)
      },
    ),
  )
})
