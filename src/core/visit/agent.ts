import Bowser from 'bowser'
import { isbot } from 'isbot'

/** What a User-Agent says about the program that made a request. */
export interface Agent {
  /** Set where it names itself as a program that looks without a person. */
  readonly robot: { readonly kind: 'preview' | 'scanner'; readonly name: string } | null
  /** Browser, system and device, as far as known: `Chrome, Android, mobile`. No versions. */
  readonly family: string
}

/** Longer ones are cut before they are read: no browser needs more, and patterns stay fast. */
export const MAX_AGENT_LENGTH = 512

/**
 * Programs that fetch a link to show what is behind it, most telling first: iMessage calls itself Facebook and
 * Twitter at once, TelegramBot and others say "like TwitterBot". Taken from what each sends.
 */
const PREVIEWS: readonly (readonly [RegExp, string])[] = [
  [/facebookexternalhit\/.*(Facebot|Twitterbot)/i, 'imessage'],
  [/line-poker/i, 'line'],
  [/Slackbot|Slack-ImgProxy/i, 'slackbot'],
  [/TelegramBot/i, 'telegrambot'],
  [/^WhatsApp\//i, 'whatsapp'],
  [/Discordbot/i, 'discordbot'],
  [/\b(Synapse|Dendrite|Conduit|continuwuity|tuwunel|matrix-media-repo|mautrix)\b/i, 'matrix'],
  [/facebookexternalhit|facebookcatalog|Facebot|meta-external/i, 'facebook'],
  [/Twitterbot/i, 'twitterbot'],
  [/LinkedInBot/i, 'linkedin'],
  [/SkypeUriPreview|MicrosoftPreview|skype-url-preview/i, 'skype'],
  [/Viber/i, 'viber'],
  [/kakaotalk-scrap/i, 'kakaotalk'],
  [/Snap URL Preview/i, 'snapchat'],
  [/Mastodon|Pleroma|Misskey|Akkoma/i, 'fediverse'],
  [/Mattermost|Rocket\.Chat|Zulip|Nextcloud/i, 'chat'],
  [/Iframely|Embedly|redditbot|vkShare|Pinterest(bot|\/)/i, 'unfurler'],
]

/** Programs that look into mail before, or in place of, its reader. */
const SCANNERS: readonly (readonly [RegExp, string])[] = [
  [/Safe ?Links|MSOffice existence|Microsoft Office|ms-office/i, 'safelinks'],
  [/Barracuda/i, 'barracuda'],
  [/Proofpoint|Mimecast|IronPort|FireEye|Trend ?Micro|Sophos|Symantec|Zscaler/i, 'mail-filter'],
  [/GoogleImageProxy|YahooMailProxy/i, 'mail-proxy'],
]

/** Reads a User-Agent. Any text may be given; none is kept. */
export function readAgent(userAgent: string): Agent {
  const text = userAgent.slice(0, MAX_AGENT_LENGTH).trim()
  if (text === '') return { robot: { kind: 'preview', name: 'no-agent' }, family: '' }
  return { robot: robotOf(text), family: familyOf(text) }
}

function robotOf(text: string): Agent['robot'] {
  const preview = PREVIEWS.find(([pattern]) => pattern.test(text))
  if (preview) return { kind: 'preview', name: preview[1] }
  const scanner = SCANNERS.find(([pattern]) => pattern.test(text))
  if (scanner) return { kind: 'scanner', name: scanner[1] }
  return isbot(text) ? { kind: 'preview', name: 'bot' } : null
}

function familyOf(text: string): string {
  try {
    const { browser, os, platform } = Bowser.parse(text)
    return [browser.name, os.name, platform.type].flatMap(plainName).join(', ')
  } catch {
    return ''
  }
}

/** Names of unknown browsers are taken from the text as they stand there: nothing long or odd gets through. */
function plainName(name: string | undefined): string[] {
  if (!name) return []
  return /^[\p{L}\d][\p{L}\d .+-]{0,23}$/u.test(name) ? [name] : []
}
