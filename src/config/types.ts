import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { SmsPrice } from '#core/sms-price.ts'
import type { TextKey, TextValues } from '#locales/texts.ts'

/** How the text of one variable becomes a value, and the sentence that says what it must be. */
export interface Type<T> {
  readonly schema: z.ZodType<T, string>
  readonly must: TextKey
  readonly values?: TextValues
}

export const text: Type<string> = { schema: z.string(), must: 'setup.must.text' }

/** An http(s) origin without a path, query or user; the slash at its end is dropped. */
export const origin: Type<string> = {
  schema: z
    .string()
    .refine(isOrigin)
    .transform((value) => new URL(value).origin),
  must: 'setup.must.origin',
}

/** An http(s) URL of somebody's API, kept as written. */
export const httpUrl: Type<string> = {
  schema: z.string().refine((value) => hasScheme(value, ['http:', 'https:'])),
  must: 'setup.must.httpUrl',
}

export const port = integer(0, 65_535)

/** Number and unit live in the description; text such as `1e3` or `5.0` is refused. */
export function integer(min: number, max: number): Type<number> {
  return {
    schema: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .refine((value) => value >= min && value <= max),
    must: 'setup.must.integer',
    values: { min, max },
  }
}

export function oneOf<const T extends string>(...choices: readonly T[]): Type<T> {
  return {
    schema: z
      .string()
      .transform((value) => value.toLowerCase())
      .pipe(z.enum(choices)),
    must: 'setup.must.oneOf',
    values: { choices: choices.join(', ') },
  }
}

/** A URL with one of the schemes (with colons) and a host. */
export function urlOf(...schemes: readonly string[]): Type<string> {
  return {
    schema: z.string().refine((value) => hasScheme(value, schemes)),
    must: 'setup.must.urlOf',
    values: { schemes: schemes.map((scheme) => `${scheme}//`).join(', ') },
  }
}

/** Its path is a database's number, or nothing. */
export const redisUrl: Type<string> = {
  schema: z.string().refine((value) => hasScheme(value, REDIS) && isNumbered(value)),
  must: 'setup.must.redisUrl',
}

const REDIS = ['redis:', 'rediss:']

function isNumbered(url: string): boolean {
  return /^\/?\d{0,4}$/.test(new URL(url).pathname)
}

/** One server or several with commas between them, which a URL in general may not have. */
export const mongodbUri: Type<string> = {
  schema: z
    .string()
    .regex(/^mongodb(?:\+srv)?:\/\/(?:[^@/?#\s]+@)?[^@/?#\s,]+(?:,[^@/?#\s,]+)*(?:[/?]\S*)?$/),
  must: 'setup.must.mongodbUri',
}

export const longSecret: Type<string> = {
  schema: z.string().min(32),
  must: 'setup.must.longSecret',
}

/** What Telegram allows as a webhook's secret token. */
export const webhookSecret: Type<string> = {
  schema: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/),
  must: 'setup.must.webhookSecret',
}

/** As @BotFather gives it: the bot's number, and its secret. */
export const botToken: Type<string> = {
  schema: z.string().regex(/^\d{1,20}:[A-Za-z0-9_-]{1,256}$/),
  must: 'setup.must.botToken',
}

/** Addresses and CIDR ranges, separated by commas or spaces. */
export const networks: Type<readonly string[]> = {
  schema: z
    .string()
    .transform((value) => value.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.every(isNetwork)),
  must: 'setup.must.networks',
}

/** A country, as the code that phone numbers are read by. */
export const region: Type<string> = {
  schema: z
    .string()
    .transform((value) => value.toUpperCase())
    .refine((value) => isSupportedCountry(value)),
  must: 'setup.must.region',
}

export interface Mailbox {
  readonly name: string | null
  readonly address: string
}

/** `notes@example.org` or `Passalong <notes@example.org>`. */
export const mailbox: Type<Mailbox> = {
  schema: z.string().transform(readMailbox).pipe(z.custom<Mailbox>(Boolean)),
  must: 'setup.must.mailbox',
}

export interface DailyCap {
  readonly fromSender: number
  readonly fromAll: number
}

/** Somebody to write to, as one writes a recipient; a national number needs DEFAULT_REGION. */
export const recipient: Type<string> = {
  schema: z.string().refine(isSomebody),
  must: 'setup.must.recipient',
}

/** `20,50`: messages a day from one sender, and from all; one number sets the first and raises the second. */
export const dailyCap: Type<DailyCap | 'off'> = {
  schema: z
    .string()
    .transform(readDailyCap)
    .pipe(z.custom<DailyCap | 'off'>((value) => value !== undefined)),
  must: 'setup.must.dailyCap',
}

/** `+86=0.045 EUR, *=0.09 EUR` */
export const smsPrices: Type<readonly SmsPrice[]> = {
  schema: z
    .string()
    .transform(readPrices)
    .pipe(z.custom<readonly SmsPrice[]>((value) => value !== undefined)),
  must: 'setup.must.smsPrices',
}

/** The ways of sending SMS, in the order in which they are preferred where no route says otherwise. */
export const SMS_GATEWAYS = ['kannel', 'smpp', 'twilio', 'http'] as const
export type SmsGateway = (typeof SMS_GATEWAYS)[number]

/** Which gateways carry to numbers that start with the prefix (`*`: the rest), the preferred one first. */
export interface SmsRoute {
  readonly prefix: string
  readonly gateways: readonly SmsGateway[]
}

/** `+86=kannel twilio, *=smpp` */
export const smsRoutes: Type<readonly SmsRoute[]> = {
  schema: z
    .string()
    .transform(readRoutes)
    .pipe(z.custom<readonly SmsRoute[]>((value) => value !== undefined)),
  must: 'setup.must.smsRoutes',
  values: { gateways: SMS_GATEWAYS.join(', ') },
}

/** A PEM private key for DKIM: RSA, which every receiver knows. `\n` may stand for its line breaks. */
export const privateKey: Type<string> = {
  schema: z
    .string()
    .transform((value) => value.replaceAll('\\n', '\n'))
    .refine(isPrivateKey),
  must: 'setup.must.privateKey',
}

export const domain: Type<string> = {
  schema: z
    .string()
    .transform((value) => value.toLowerCase())
    .refine((value) => /^(?=.{1,253}$)([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(value)),
  must: 'setup.must.domain',
}

function hasScheme(value: string, schemes: readonly string[]): boolean {
  const url = URL.parse(value)
  return url !== null && schemes.includes(url.protocol) && url.hostname !== ''
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value)
  if (!url || !hasScheme(value, ['http:', 'https:'])) return false
  return url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  if (bits === undefined) return true
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

function isSomebody(value: string): boolean {
  const parsed = parseRecipient(value)
  if (!parsed.ok) return parsed.fault === 'region_needed'
  return parsed.recipient.kind === 'address' || parsed.recipient.kind === 'handle'
}

function readMailbox(value: string): Mailbox | undefined {
  const match = /^(?:"?([^"<>]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(value.trim())
  const address = match?.[2] ?? match?.[3] ?? ''
  if (!/^[^\s@<>",;:]{1,64}@[^\s@<>",;:]{1,255}$/.test(address)) return undefined
  return { name: match?.[1] || null, address }
}

function readDailyCap(value: string): DailyCap | 'off' | undefined {
  if (/^(off|none)$/i.test(value)) return 'off'
  const match = /^(\d{1,9})(?:\s*[,/ ]\s*(\d{1,9}))?$/.exec(value)
  const fromSender = Number(match?.[1] ?? 0)
  const fromAll = match?.[2] === undefined ? Math.max(50, fromSender) : Number(match[2])
  return fromSender >= 1 && fromAll >= fromSender ? { fromSender, fromAll } : undefined
}

function readPrices(value: string): readonly SmsPrice[] | undefined {
  const prices = value.split(',').map((part) => {
    const match = /^(\*|\+\d{1,7})\s*=\s*(\d+(?:\.\d+)?)\s+([A-Z]{3})$/.exec(part.trim())
    return match && { prefix: match[1] ?? '', amount: Number(match[2]), currency: match[3] ?? '' }
  })
  return prices.every((price) => price !== null) ? prices : undefined
}

function readRoutes(value: string): readonly SmsRoute[] | undefined {
  const routes = value.split(',').map(readRoute)
  const prefixes = new Set(routes.map((route) => route?.prefix))
  return routes.every((route) => route !== null) && prefixes.size === routes.length
    ? routes
    : undefined
}

function readRoute(part: string): SmsRoute | null {
  const match = /^(\*|\+\d{1,15})\s*=\s*([a-z]+(?:[\s|]+[a-z]+)*)$/.exec(part.trim())
  const names = [...new Set(match?.[2]?.split(/[\s|]+/))]
  const gateways = SMS_GATEWAYS.filter((gateway) => names.includes(gateway))
  if (!match?.[1] || gateways.length !== names.length) return null
  return { prefix: match[1], gateways: names as SmsGateway[] }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
