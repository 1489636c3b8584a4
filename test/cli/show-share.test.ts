import { expect, test } from 'vitest'
import { textsFor } from '#locales/texts.ts'
import { showShare } from '#src/cli/show-share.ts'
import type { ShareJson } from '#web/api/share-schemas.ts'

const cost = {
  segments: 3,
  messages: 3,
  prices: [
    { amount: 0.045, currency: 'EUR' },
    { amount: 0.04, currency: 'GBP' },
  ],
  unpriced: 1,
}
const share: ShareJson = {
  id: 'S1',
  target: { kind: 'page', url: 'https://example.org/a', title: '' },
  note: '',
  tracking: 'full',
  createdAt: '2026-12-01T09:00:00.000Z',
  sendAt: null,
  expiresAt: null,
  cancelledAt: null,
  recalledAt: null,
  revision: 0,
  deliveries: [],
  rejected: [],
  warnings: [],
  cost,
  estimate: { ...cost, atMost: true, saved: 2, shortenedTo: 3, seconds: 0 },
}

test('what was just accepted is shown with its cost and what plain writing saves', () => {
  const lines = showShare(share, textsFor('en')).split('\n')
  expect(lines).toContain(
    '  at most 3 text messages · about 0.045 EUR + 0.04 GBP · 1 of 3 without a price',
  )
  expect(lines).toContain('  Quotes and dashes are written plainly: 3 text messages instead of 5.')
})

test('a share that stands is shown with what it came to; one without text messages with nothing', () => {
  const standing = showShare({ ...share, estimate: null }, textsFor('zh-CN'))
  expect(standing).toContain('  3 条短信 · 约 0.045 EUR + 0.04 GBP · 3 个号码中有 1 个没有价格')
  const free = { segments: 0, messages: 0, prices: [], unpriced: 0 }
  expect(showShare({ ...share, estimate: null, cost: free }, textsFor('en'))).not.toContain(
    'text message',
  )
})

test.each([
  [{ code: 'premium_number', number: '+19002345678' }, '+19002345678 is a premium-rate number'],
  [{ code: 'wap_by_sms', count: 2 }, '2 people get a text message instead'],
  [{ code: 'note_shortened', segments: 3 }, 'within 3 text messages each'],
] as const)('%j is said', (warning, words) => {
  expect(showShare({ ...share, warnings: [warning] }, textsFor('en'))).toContain(words)
})
