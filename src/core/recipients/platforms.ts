import type { ChannelName } from '../address.ts'
import type { RecipientContext, RecipientResult } from './recipient.ts'

/** How a link to a person on a platform begins. */
export const LINK = /^(?:https?:\/\/|(?:t\.me|telegram\.(?:me|dog)|matrix\.to)\/)/i
const TELEGRAM_NAME = /^@?([a-z][a-z0-9_]{1,30}[a-z0-9])$/i
const TELEGRAM_ID = /^[1-9]\d{0,15}$/
/** First parts of t.me paths that are no names. */
const TELEGRAM_PATHS =
  /^(?:addemoji|addlist|addstickers|addtheme|bg|boost|confirmphone|contact|giftcode|invoice|iv|joinchat|login|proxy|setlanguage|share|socks)$/i
const SLACK_USER = /^[UW][A-Z0-9]{1,20}$/
const SLACK_TEAM = /^[TE][A-Z0-9]{1,20}$/
const SLACK_NAME = /^@?([\p{L}\p{N}][\p{L}\p{N}._-]{0,79})$/u
const MATRIX_ID =
  /^@([A-Za-z0-9._=/+-]+):([A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9a-fA-F:.]+\](?::\d{1,5})?)$/
const MAX_MATRIX_ID = 255

/** `@ann`, `ann` or `4711` on Telegram. */
export function parseTelegram(text: string): RecipientResult {
  if (TELEGRAM_ID.test(text)) return address('telegram', text, `telegram:${text}`)
  const name = TELEGRAM_NAME.exec(text)?.[1]
  if (name === undefined || TELEGRAM_PATHS.test(name)) return { ok: false, fault: 'bad_handle' }
  const handle = `@${name.toLowerCase()}`
  return handleOf('telegram', handle, `telegram:${handle}`)
}

/** `U1`, `T1/U1`, `@ann` or `T1/@ann` on Slack. */
export function parseSlack(text: string, context: RecipientContext): RecipientResult {
  const slash = text.indexOf('/')
  const team = slash < 0 ? undefined : text.slice(0, slash)
  const user = text.slice(slash + 1)
  if (team !== undefined && !SLACK_TEAM.test(team)) return { ok: false, fault: 'bad_handle' }
  const handle = SLACK_USER.test(user) ? undefined : SLACK_NAME.exec(user)?.[1]
  if (handle === undefined && !SLACK_USER.test(user)) return { ok: false, fault: 'bad_handle' }
  const workspace = workspaceOf(team, context.workspaces ?? [])
  if (workspace === undefined) return { ok: false, fault: 'workspace_needed' }
  const prefix = workspace === '' ? '' : `${workspace}/`
  if (handle === undefined) return address('slack', `${prefix}${user}`, `slack:${prefix}${user}`)
  const value = `${prefix}@${handle.toLowerCase()}`
  return handleOf('slack', value, `slack:${value}`)
}

/** The workspace meant; empty where none is connected, undefined where it cannot be told. */
function workspaceOf(team: string | undefined, workspaces: readonly string[]): string | undefined {
  if (team !== undefined)
    return workspaces.length === 0 || workspaces.includes(team) ? team : undefined
  return workspaces.length > 1 ? undefined : (workspaces[0] ?? '')
}

/** `@carol:example.org`, or `@carol` where the server is known. */
export function parseMatrix(text: string, context: RecipientContext): RecipientResult {
  const full =
    context.homeserver && /^@?[^:@]+$/.test(text)
      ? `@${text.replace(/^@/, '')}:${context.homeserver}`
      : text
  const match = MATRIX_ID.exec(full)
  if (!match || full.length > MAX_MATRIX_ID) return { ok: false, fault: 'bad_handle' }
  const id = `@${match[1]}:${match[2]?.toLowerCase()}`
  return address('matrix', id, id)
}

/** A link to a person on a platform, or undefined for any other link. */
export function parseLink(text: string): RecipientResult | undefined {
  const url = URL.parse(/^https?:/i.test(text) ? text : `https://${text}`)
  switch (url?.hostname) {
    case 't.me':
    case 'telegram.me':
    case 'telegram.dog': {
      const path = url.pathname.replace(/^\/|\/$/g, '')
      return TELEGRAM_ID.test(path) ? { ok: false, fault: 'bad_handle' } : parseTelegram(path)
    }
    case 'matrix.to': {
      const id = decoded(url.hash.slice(1)).replace(/^\//, '').replace(/\?.*$/s, '')
      return parseMatrix(id.startsWith('@') ? id : '', {})
    }
    default:
      return undefined
  }
}

/** Percent-decoded, or as it stands where that cannot be done. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function address(channel: ChannelName, value: string, canonical: string): RecipientResult {
  const recipient = {
    kind: 'address',
    address: { channel, value },
    name: null,
    canonical,
    suggestion: null,
    doubtful: false,
  } as const
  return { ok: true, recipient }
}

function handleOf(channel: ChannelName, value: string, canonical: string): RecipientResult {
  const recipient = { kind: 'handle', address: { channel, value }, name: null, canonical } as const
  return { ok: true, recipient }
}
