import type { ChannelName } from '#core/address.ts'
import type { Notice } from './environment.ts'
import type { Values, VariableName } from './spec.ts'
import type { SmsGateway } from './types.ts'

/** Whoever sets `name` must set one of each alternative too. */
interface Need {
  readonly name: VariableName
  readonly with: readonly (readonly VariableName[])[]
}

const NEEDS: readonly Need[] = [
  ...together('DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'),
  ...together('SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'),
  { name: 'MAIL_RETURN_PATH', with: [['SMTP_URL']] },
  { name: 'MAIL_CALLBACK_SECRET', with: [['SMTP_URL']] },
  { name: 'SLACK_BOT_TOKEN', with: [['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN']] },
  { name: 'SLACK_CLIENT_ID', with: [['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN']] },
  { name: 'MATRIX_HOMESERVER_URL', with: [['MATRIX_ACCESS_TOKEN', 'MATRIX_PASSWORD']] },
  { name: 'MATRIX_ACCESS_TOKEN', with: [['MATRIX_HOMESERVER_URL']] },
  { name: 'MATRIX_PASSWORD', with: [['MATRIX_HOMESERVER_URL'], ['MATRIX_USER']] },
  ...together('KANNEL_SENDSMS_URL', 'KANNEL_USERNAME', 'KANNEL_PASSWORD'),
  ...together('TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'),
  { name: 'TELEGRAM_WEBHOOK_SECRET', with: [['TELEGRAM_BOT_TOKEN']] },
  { name: 'SMPP_SOURCE', with: [['SMPP_URL']] },
  { name: 'KANNEL_FROM', with: [['KANNEL_SENDSMS_URL']] },
  { name: 'SMS_HTTP_SECRET', with: [['SMS_HTTP_GATEWAY']] },
  { name: 'WAP_PPG_USERNAME', with: [['WAP_PPG_PASSWORD']] },
  { name: 'WAP_PPG_PASSWORD', with: [['WAP_PPG_USERNAME'], ['WAP_PPG_URL']] },
]

/** A way of sending, and the variables of which one switches it on. */
export interface Platform {
  readonly channel: Exclude<ChannelName, 'carry'>
  readonly switches: readonly VariableName[]
  /** This version can do it; others are checked, announced and left off. */
  readonly built: boolean
}

export const PLATFORMS: readonly Platform[] = [
  { channel: 'email', switches: ['SMTP_URL'], built: true },
  { channel: 'telegram', switches: ['TELEGRAM_BOT_TOKEN'], built: true },
  { channel: 'slack', switches: ['SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID'], built: false },
  { channel: 'matrix', switches: ['MATRIX_HOMESERVER_URL'], built: false },
  {
    channel: 'sms',
    switches: ['KANNEL_SENDSMS_URL', 'SMPP_URL', 'TWILIO_ACCOUNT_SID', 'SMS_HTTP_GATEWAY'],
    built: true,
  },
  { channel: 'wap-push', switches: ['WAP_PPG_URL'], built: true },
]

type Has = (name: VariableName) => boolean

/** What the variables say wrong together, each alone being well written; those that are not are `faulty`. */
export function faultsTogether(
  values: Values,
  faulty: ReadonlySet<VariableName>,
): readonly Notice[] {
  const has = (name: VariableName): boolean => isSet(values, name) || faulty.has(name)
  return [
    ...NEEDS.flatMap((need) => missing(need, has)),
    ...fleet(values, has),
    ...routesToNowhere(values, has),
  ]
}

/** Set, well written, and without effect in this version. */
export function warningsTogether(values: Values): readonly Notice[] {
  const early = PLATFORMS.filter((platform) => !platform.built)
    .flatMap((platform) => platform.switches)
    .filter((name) => isSet(values, name))
    .map((name): Notice => ({ name, key: 'setup.warn.notBuilt', values: { name } }))
  return [...early, ...placeOfFleet(values), ...mailWithoutServer(values)]
}

export function isSet(values: Values, name: VariableName): boolean {
  return values[name] !== null
}

function missing({ name, with: needed }: Need, has: Has): readonly Notice[] {
  const absent = needed.filter((choices) => !choices.some(has))
  if (!has(name) || absent.length === 0) return []
  const others = absent.map((choices) => choices.join(' / ')).join(', ')
  return [{ name, key: 'setup.fault.needs', values: { name, others } }]
}

/** Several processes share a store, a queue and the keys that links and cookies are signed with. */
function fleet(values: Values, has: Has): readonly Notice[] {
  const notices: Notice[] = []
  const shared = (['MONGODB_URI', 'REDIS_URL'] as const).filter((name) => !has(name))
  if (values.ROLE !== 'all' && shared.length > 0) {
    const others = shared.join(', ')
    notices.push({ name: 'ROLE', key: 'setup.fault.role', values: { role: values.ROLE, others } })
  }
  if ((has('MONGODB_URI') || values.ROLE !== 'all') && !has('SESSION_SECRET')) {
    notices.push({ name: 'SESSION_SECRET', key: 'setup.fault.sessionSecret', values: {} })
  }
  return notices
}

/** What switches each gateway on. */
export const GATEWAY_SWITCHES: Readonly<Record<SmsGateway, VariableName>> = {
  kannel: 'KANNEL_SENDSMS_URL',
  smpp: 'SMPP_URL',
  twilio: 'TWILIO_ACCOUNT_SID',
  http: 'SMS_HTTP_GATEWAY',
}

function routesToNowhere({ SMS_ROUTES }: Values, has: Has): readonly Notice[] {
  const named = new Set((SMS_ROUTES ?? []).flatMap((route) => route.gateways))
  return [...named]
    .filter((gateway) => !has(GATEWAY_SWITCHES[gateway]))
    .map((gateway) => ({
      name: 'SMS_ROUTES',
      key: 'setup.fault.route',
      values: { gateway, name: GATEWAY_SWITCHES[gateway] },
    }))
}

/** Each process would make links to its own port. */
function placeOfFleet({ ROLE, BASE_URL }: Values): readonly Notice[] {
  if (ROLE === 'all' || BASE_URL !== null) return []
  return [{ name: 'BASE_URL', key: 'setup.warn.fleetBaseUrl', values: { role: ROLE } }]
}

function mailWithoutServer(values: Values): readonly Notice[] {
  if (values.SMTP_URL !== null) return []
  return (['MAIL_FROM', 'DKIM_DOMAIN'] as const)
    .filter((name) => isSet(values, name))
    .map((name) => ({ name, key: 'setup.warn.noEffect', values: { name, other: 'SMTP_URL' } }))
}

function together(...names: readonly VariableName[]): readonly Need[] {
  return names.map((name) => ({
    name,
    with: names.filter((other) => other !== name).map((other) => [other]),
  }))
}
