import type { ConnectionRef } from '#core/address.ts'
import type { ChannelSink, Hook, HookAnswer, HookRequest, Reply } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { bodyText, malformed, phoneAddress } from '../sms/inbound.ts'
import { verdictOf } from './classify.ts'
import type { SignedCall } from './line.ts'

export interface HookConfig {
  readonly connection: ConnectionRef
  /** Where Twilio reaches this server: an origin. */
  readonly callbackUrl: string
  readonly callbackSecret: string
  readonly region: string | undefined
}

export interface HookDeps {
  readonly logger: Logger
  isSigned(call: SignedCall): boolean
}

type Parameters = SignedCall['parameters']

/** Where Twilio shall report on a delivery: by our own id, which is known whatever the answer to the send was. */
export function statusCallback(config: HookConfig, deliveryId: string): string {
  return `${config.callbackUrl}/hooks/${statusPath(config)}?${new URLSearchParams({ id: deliveryId })}`
}

function statusPath({ callbackSecret }: HookConfig): string {
  return `sms/twilio/${callbackSecret}/status`
}

/** What Twilio calls: reports on messages, and messages from phones. */
export function twilioHooks(config: HookConfig, deps: HookDeps): readonly Hook[] {
  const { callbackSecret } = config
  return [
    signed(statusPath(config), config, deps, (request, parameters, sink) =>
      takeStatus(request, parameters, sink, config, deps),
    ),
    signed(`sms/twilio/${callbackSecret}/mo`, config, deps, (_request, parameters, sink) =>
      takeText(parameters, sink, config, deps),
    ),
  ]
}

function signed(
  path: string,
  { callbackUrl }: HookConfig,
  { isSigned, logger }: HookDeps,
  take: (request: HookRequest, parameters: Parameters, sink: ChannelSink) => Promise<HookAnswer>,
): Hook {
  return {
    method: 'POST',
    path,
    async handle(request, sink) {
      const parameters = formOf(request)
      const signature = request.headers['x-twilio-signature'] ?? ''
      if (isSigned({ signature, url: calledUrl(callbackUrl, request), parameters })) {
        return take(request, parameters, sink)
      }
      logger.warn({ connection: 'twilio' }, 'a call that Twilio did not sign was refused')
      return { status: 403, body: 'the signature does not hold' }
    },
  }
}

async function takeStatus(
  { query }: HookRequest,
  parameters: Parameters,
  sink: ChannelSink,
  { connection }: HookConfig,
  { logger }: HookDeps,
): Promise<HookAnswer> {
  const sid = one(parameters, 'MessageSid')
  const status = one(parameters, 'MessageStatus')
  if (sid === '' || status === '') {
    logger.warn({ connection: 'twilio' }, 'a status callback without a message or a status')
    return malformed('MessageSid and MessageStatus are missing')
  }
  const verdict = verdictOf(status, codeOf(one(parameters, 'ErrorCode')))
  if (verdict) await sink.receipt({ connection, providerId: query.id || sid, verdict })
  else logger.info({ connection: 'twilio', sid, status }, 'a status without a meaning here')
  return { status: 204 }
}

async function takeText(
  parameters: Parameters,
  sink: ChannelSink,
  { connection, region }: HookConfig,
  { logger }: HookDeps,
): Promise<HookAnswer> {
  const inboundId = one(parameters, 'MessageSid')
  if (inboundId === '') {
    logger.warn({ connection: 'twilio' }, 'an inbound message without an id')
    return malformed('MessageSid is missing')
  }
  const from = phoneAddress(one(parameters, 'From'), region)
  if (!from) {
    logger.info({ connection: 'twilio', inboundId }, 'a text from what is no phone number')
    return NOTHING_TO_SAY
  }
  const answered = ANSWERED.get(one(parameters, 'OptOutType').toUpperCase())
  const reply = { connection, from, text: one(parameters, 'Body'), inboundId }
  await sink.reply(answered === undefined ? reply : { ...reply, answered })
  return NOTHING_TO_SAY
}

/** What Twilio took a text for and has answered: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out */
const ANSWERED: ReadonlyMap<string, Reply['answered'] & string> = new Map([
  ['STOP', 'stop'],
  ['START', 'start'],
  ['HELP', 'help'],
])

/** TwiML that answers the sender nothing. */
const NOTHING_TO_SAY: HookAnswer = {
  status: 200,
  headers: { 'Content-Type': 'text/xml; charset=utf-8' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
}

/** A form, repeated names as lists: that is how Twilio signs them. */
function formOf(request: HookRequest): Parameters {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(bodyText(request))) {
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return Object.fromEntries(
    [...values].map(([name, [first = '', ...rest]]) => [
      name,
      rest.length === 0 ? first : [first, ...rest],
    ]),
  )
}

function calledUrl(callbackUrl: string, { path, query }: HookRequest): string {
  const search = new URLSearchParams(query).toString()
  return `${callbackUrl}${path}${search === '' ? '' : `?${search}`}`
}

function one(parameters: Parameters, name: string): string {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

function codeOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
