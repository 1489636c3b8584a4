import fc from 'fast-check'
import type { Locale } from '#core/locale.ts'
import type { Message } from '#core/message/message.ts'
import { messageOn } from './sample.ts'

const SPICE = [
  '\r\nBcc: eve@example.net\r\n',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</blockquote></div>',
  '<!channel> <@U1> <https://evil.example|here>',
  '&lt;b&gt; &amp;',
  '*bold* _it_ `code` ~no~',
  '\u0000\u202E\u2066',
  '\uD83D',
  '👩‍👩‍👧‍👦',
  'e\u0301'.repeat(5),
  '中文，标点。',
  '{name} {0}',
  '=?utf-8?B?QmNjOg==?=',
  'javascript:alert(1)',
]

/** Text that tries everything: markup, headers, controls, lone surrogates, long graphemes, great length. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SPICE),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ maxLength: 40 }),
      fc.constantFrom('word ', '很长的话', 'a'.repeat(300), 'line\n\n\nline\n'),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''))

const anyTarget: fc.Arbitrary<Message['target']> = fc.oneof(
  fc.record({
    kind: fc.constant('page' as const),
    url: fc.oneof(fc.webUrl({ withQueryParameters: true }), anyText),
    title: anyText,
  }),
  fc.record({
    kind: fc.constant('media' as const),
    url: fc.webUrl(),
    title: anyText,
    media: fc.constantFrom('video', 'audio', 'image'),
  }),
  fc.record({
    kind: fc.constant('phone' as const),
    url: fc.oneof(fc.constant('tel:+861065001234,,7788%23'), anyText),
    title: anyText,
    number: fc.constantFrom('+861065001234', '10690'),
    region: fc.constant('CN'),
    postdial: fc.constantFrom('', ',,7788#'),
  }),
)

/** A message of which every text that comes from people or pages is hostile. */
export function anyMessage(
  channel: Parameters<typeof messageOn>[0],
  locales: readonly Locale[] = ['en', 'zh-CN'],
): fc.Arbitrary<Message> {
  return fc
    .record({
      locale: fc.constantFrom(...locales),
      recipientName: fc.option(anyText),
      sender: fc.record({
        displayName: anyText,
        handle: anyText,
        replyTo: fc.option(fc.constant('ann@example.org')),
      }),
      target: anyTarget,
      preview: fc.option(
        fc.record({
          title: anyText,
          description: anyText,
          image: fc.constant(null),
          siteName: anyText,
        }),
      ),
      note: anyText,
      tracked: fc.boolean(),
      firstContact: fc.boolean(),
    })
    .map(({ firstContact, ...over }) => {
      const message = messageOn(channel, over)
      return { ...message, stop: { ...message.stop, firstContact } }
    })
}
