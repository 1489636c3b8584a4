import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAgent } from '#core/visit/agent.ts'
import { cpuMs } from '#test/fixtures/cpu-time.ts'

const CHROME =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36'

test.each([
  ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'slackbot'],
  ['Slack-ImgProxy (+https://api.slack.com/robots)', 'slackbot'],
  ['TelegramBot (like TwitterBot)', 'telegrambot'],
  ['WhatsApp/2.23.20.0 A', 'whatsapp'],
  ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'facebook'],
  ['Twitterbot/1.0', 'twitterbot'],
  ['Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)', 'discordbot'],
  ['Synapse (bot; +https://github.com/matrix-org/synapse)', 'matrix'],
  [
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
    'linkedin',
  ],
  [
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
    'skype',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) ' +
      'Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
    'imessage',
  ],
  ['facebookexternalhit/1.1;line-poker/1.0', 'line'],
  ['curl/8.5.0', 'bot'],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot'],
  ['', 'no-agent'],
])('%s looks without a person: %s', (userAgent, name) => {
  expect(readAgent(userAgent).robot).toEqual({ kind: 'preview', name })
})

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/90 Safari/537.36 SafeLinks',
    'safelinks',
  ],
  ['Barracuda Sentinel (EE)', 'barracuda'],
  ['Mozilla/5.0 (X11; Linux x86_64) Proofpoint URL Defense', 'mail-filter'],
])('%s scans mail: %s', (userAgent, name) => {
  expect(readAgent(userAgent).robot).toEqual({ kind: 'scanner', name })
})

test.each([
  [CHROME, 'Chrome, Android, mobile'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'Version/17.5 Mobile/15E148 Safari/604.1',
    'Safari, iOS, mobile',
  ],
  [
    'Mozilla/5.0 (Linux; Android 13; 22081212C Build/TKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.44(0x28002C37) WeChat/arm64',
    'WeChat, Android, mobile',
  ],
])('a browser is a person with a family: %s', (userAgent, family) => {
  expect(readAgent(userAgent)).toEqual({ robot: null, family })
})

test('the family holds no version and nothing else of the text', () => {
  expect(readAgent(`${CHROME} SecretId/4711`).family).toBe('Chrome, Android, mobile')
})

test('a made-up browser gives no family that holds what it says', () => {
  const secret = `user-4711-${'x'.repeat(40)}@example.org`
  expect(readAgent(`${secret}/1.0 Gecko/1 Mozilla/5.0 (X11; Linux x86_64)`).family).not.toContain(
    '4711',
  )
})

test('any text is read, and a long one at once', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readAgent(text) !== undefined))
  const took = cpuMs(() => {
    readAgent('('.repeat(100_000))
    readAgent(`Mozilla/5.0 ${'Chrome/1 '.repeat(20_000)}`)
  })
  expect(took).toBeLessThan(200)
})
