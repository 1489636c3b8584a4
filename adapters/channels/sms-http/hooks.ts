import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { ConnectionRef } from '#core/address.ts'
import type { Reason, ReceiptVerdict } from '#core/delivery.ts'
import type { ChannelSink, Hook, HookAnswer, HookRequest, Receipt, Reply } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { bodyText, inboundIdOf, malformed, phoneAddress } from '../sms/inbound.ts'
import { providerWords } from '../sms/provider-words.ts'
import type { Gateway, HookDescription, SignatureCheck } from './gateway.ts'
import { type JsonValue, readForm, readJson, type Said } from './reader.ts'

export interface HookConfig {
  readonly connection: ConnectionRef
  readonly callbackSecret: string
  readonly region: string | undefined
}

export interface HookDeps {
  readonly logger: Logger
  /** The key of a signature check. Throws where a secret cannot be read. */
  keyOf(check: SignatureCheck): string
}

type Receipts = NonNullable<Gateway['receipts']>
type Replies = NonNullable<Gateway['replies']>

/** Longer ids are none, and longer texts no phone's. */
const MAX_ID = 200
const MAX_TEXT = 10_000

/** What of one call could be understood; null: not this. Undefined: nothing to keep. */
type Taken<T> = T | null | undefined

/** The hooks that a description asks for. */
export function gatewayHooks(
  { receipts, replies }: Gateway,
  config: HookConfig,
  deps: HookDeps,
): readonly Hook[] {
  const { connection, callbackSecret } = config
  const hooks: Hook[] = []
  if (receipts) {
    const take = (said: Said): Taken<Receipt> => receiptOf(receipts, said, connection)
    const keep = (sink: ChannelSink, receipt: Receipt) => sink.receipt(receipt)
    hooks.push(hookOf(`sms/http/${callbackSecret}/receipt`, receipts, deps, take, keep))
  }
  if (replies) {
    const take = (said: Said): Taken<Reply> => {
      const reply = replyOf(replies, said, config)
      if (reply === undefined)
        deps.logger.warn({ connection: 'http' }, 'a text that no number sent')
      return reply
    }
    const keep = (sink: ChannelSink, reply: Reply) => sink.reply(reply)
    hooks.push(hookOf(`sms/http/${callbackSecret}/mo`, replies, deps, take, keep))
  }
  return hooks
}

function hookOf<T>(
  path: string,
  description: HookDescription,
  { logger, keyOf }: HookDeps,
  take: (said: Said) => Taken<T>,
  keep: (sink: ChannelSink, taken: T) => Promise<void>,
): Hook {
  const { method, signature, only } = description
  const log = (told: string, count: number): void =>
    logger.warn({ connection: 'http', hook: path.split('/').at(-1), count }, told)
  return {
    method,
    path,
    async handle(request, sink): Promise<HookAnswer> {
      if (signature && !isSigned(signature, keyOf(signature), request)) {
        log('a call without a true signature was refused', 1)
        return { status: 403, body: 'the signature does not hold' }
      }
      const items = itemsOf(description, request)
      const wanted = items.filter((item) => !only || only.is.includes(only.of(item) ?? ''))
      const taken = wanted.map(take)
      const strange = taken.filter((one) => one === null).length
      for (const one of taken) if (one !== null && one !== undefined) await keep(sink, one)
      if (strange > 0) log('a call of the gateway was not as described', strange)
      return strange > 0 && strange === taken.length
        ? malformed('not as this gateway is described')
        : { status: 200, body: description.answer }
    },
  }
}

/** One call may carry many: each is read as if it had come alone. */
function itemsOf({ json, each }: HookDescription, request: HookRequest): readonly Said[] {
  const body = bodyText(request)
  const said: Said = {
    json: readJson(body),
    form: readForm(body),
    query: request.query,
    headers: request.headers,
    body,
  }
  const whole: Said = json ? { ...said, json: readJson(json(said) ?? '') } : said
  if (!each) return [whole]
  const items: readonly JsonValue[] = each(whole.json)
  return whole.json === null ? [whole] : items.map((item) => ({ ...whole, json: item }))
}

function receiptOf(description: Receipts, said: Said, connection: ConnectionRef): Taken<Receipt> {
  const providerId = description.id(said)
  const state = description.state(said)
  if (providerId === undefined || providerId.length > MAX_ID || state === undefined) return null
  const verdict = verdictOf(description, state, said)
  return verdict && { connection, providerId, verdict }
}

/** Undefined for a state that the description does not name: it changes nothing. */
function verdictOf(
  { states, code, detail, reasons }: Receipts,
  state: string,
  said: Said,
): ReceiptVerdict | undefined {
  if (states.delivered.includes(state)) return { state: 'delivered', reason: null, detail: null }
  if (states.accepted.includes(state)) return { state: 'accepted', reason: null, detail: null }
  if (!states.failed.includes(state)) return undefined
  const number = code?.(said)?.slice(0, MAX_ID)
  const words = providerWords(detail?.(said) ?? '')
  return {
    state: 'failed',
    reason: reasonOf(reasons, number ?? state),
    detail: [number ?? state, words].filter(Boolean).join(': '),
  }
}

function reasonOf(reasons: Receipts['reasons'], code: string): Reason {
  const found = (Object.keys(reasons) as Reason[]).find((one) => reasons[one]?.includes(code))
  return found ?? 'not_reachable'
}

/** Undefined where it came from what is no phone number. */
function replyOf(
  description: Replies,
  said: Said,
  { connection, region }: HookConfig,
): Taken<Reply> {
  const sender = description.from(said)
  if (sender === undefined) return null
  const text = (description.text(said) ?? '').slice(0, MAX_TEXT)
  const whole = description.numbers === 'international' && !sender.startsWith('+')
  const from = phoneAddress(
    whole ? `+${sender.replace(/^00/, '')}` : sender,
    description.region ?? region,
  )
  if (!from) return undefined
  return { connection, from, text, inboundId: idOf(description, said, sender, text) }
}

/** Without the gateway's id or a time each text is a new one: a STOP told twice is better than one lost. */
function idOf({ id, to, at }: Replies, said: Said, sender: string, text: string): string {
  const given = id?.(said)
  if (given !== undefined && given.length <= MAX_ID) return given
  const when = at?.(said)
  if (given === undefined && when === undefined) return randomUUID()
  return inboundIdOf([given ?? '', sender, to?.(said) ?? '', text, when ?? ''])
}

/** An HMAC over the bytes as they came, compared in constant time. */
function isSigned(check: SignatureCheck, key: string, { headers, body }: HookRequest): boolean {
  if (key === '') return false
  const { header, algorithm, encoding, prefix, followedBy } = check
  const hmac = createHmac(algorithm, key).update(body)
  for (const name of followedBy) hmac.update(headers[name.toLowerCase()] ?? '')
  const expected = Buffer.from(`${prefix}${hmac.digest(encoding)}`)
  const given = Buffer.from(signatureIn(headers[header.toLowerCase()] ?? '', check))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Hexadecimal digits are the same in either case. */
function signatureIn(given: string, { encoding, prefix }: SignatureCheck): string {
  return encoding === 'hex' && given.startsWith(prefix)
    ? prefix + given.slice(prefix.length).toLowerCase()
    : given
}
