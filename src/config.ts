/**
 * The one reader of the environment. What there is to set stands in config/spec; what it must look like in
 * config/types; what must go together in config/rules.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { UnknownPolicy } from '#core/delivery.ts'
import { isLoopback } from '#core/loopback.ts'
import type { Tracking } from '#core/share.ts'
import type { SmsPrice } from '#core/sms-price.ts'
import type { Texts } from '#locales/texts.ts'
import {
  createSecrets,
  type Environment,
  type Notice,
  readText,
  type Secrets,
} from './config/environment.ts'
import {
  faultsTogether,
  GATEWAY_SWITCHES,
  isSet,
  PLATFORMS,
  type Platform,
  warningsTogether,
} from './config/rules.ts'
import { NAMES, SPEC, type Values, type VariableName } from './config/spec.ts'
import {
  type DailyCap,
  type Mailbox,
  SMS_GATEWAYS,
  type SmsGateway,
  type SmsRoute,
} from './config/types.ts'
import { unknownNames } from './config/unknown-names.ts'

export type { Environment, Notice, Secrets } from './config/environment.ts'
export type { SecretName } from './config/spec.ts'
export type { Mailbox, SmsGateway, SmsRoute } from './config/types.ts'

export interface EmailConfig {
  readonly from: Mailbox
  /** Null: what cannot be delivered comes back to `from`. */
  readonly returnPath: string | null
  readonly dkim: { readonly domain: string; readonly selector: string } | null
}

/** What is known of each gateway but its secrets; null: it is not set. */
export interface SmsConfig {
  readonly gateways: readonly SmsGateway[]
  readonly routes: readonly SmsRoute[]
  readonly ratePerSecond: number | null
  /** An origin without a slash at its end. */
  readonly callbackUrl: string
  readonly kannel: {
    readonly sendUrl: string
    readonly username: string
    readonly from: string | null
  } | null
  readonly smpp: { readonly source: string | null } | null
  readonly twilio: {
    readonly accountSid: string
    readonly from: string
    readonly apiUrl: string | null
  } | null
  /** The file that describes it, as written. */
  readonly http: { readonly file: string } | null
}

export interface WapPushConfig {
  readonly url: string
  readonly username: string | null
}

/** All but its secrets. */
export interface TelegramConfig {
  /** Another Bot API server; null: Telegram's. */
  readonly apiRoot: string | null
  /** Updates come to `/hooks/telegram`; else they are asked for. */
  readonly webhook: boolean
}

export interface PlatformState extends Platform {
  /** Its credentials are here. */
  readonly configured: boolean
}

/** Every setting, checked. Secrets are not in it: `secret` reads them, and again whenever it is asked. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Without a slash at the end, as `linkBaseUrl`. */
  readonly baseUrl: string
  readonly linkBaseUrl: string
  /** Absolute. */
  readonly dataDir: string
  readonly logLevel: Values['LOG_LEVEL']
  readonly role: Values['ROLE']
  /** Everything is kept in DATA_DIR, for one process; else in MongoDB (`MONGODB_URI`). */
  readonly embedded: boolean
  /** The queue and the rates are on Redis (`REDIS_URL`), so that several processes may send. */
  readonly sharedQueue: boolean
  readonly trustedProxies: readonly string[]
  readonly operator: string | null
  /** The outbox stands in for channels without credentials. */
  readonly outbox: boolean
  readonly defaultRegion: string | null
  /** Who may make an account after the first: for the sign-up pages. */
  readonly signup: Values['SIGNUP']
  readonly tracking: Tracking
  readonly identifyDays: number
  readonly unknownOutcome: UnknownPolicy
  readonly undoSeconds: number
  readonly maxRecipients: number
  /** Requests a minute. */
  readonly apiRate: number
  readonly recipientCap: DailyCap | null
  readonly smsPrices: readonly SmsPrice[]
  /** Of one text message, whatever gateway carries it. */
  readonly smsMaxSegments: number
  /** Null: no SMTP server is set. */
  readonly email: EmailConfig | null
  /** Null: no gateway is set. */
  readonly sms: SmsConfig | null
  readonly wapPush: WapPushConfig | null
  /** Null: no bot is set. */
  readonly telegram: TelegramConfig | null
  readonly platforms: readonly PlatformState[]
  readonly secret: Secrets
  /** Worth a line at boot, no reason to refuse. */
  readonly warnings: readonly Notice[]
}

/** All that is wrong with the environment, at once. */
export class ConfigError extends Error {
  readonly faults: readonly Notice[]

  constructor(faults: readonly Notice[]) {
    super(`settings at fault: ${faults.map((fault) => fault.name).join(', ')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }

  /** One line for each fault, with its mend. */
  lines(texts: Texts): readonly string[] {
    return this.faults.map((fault) => `${fault.name}: ${texts(fault.key, fault.values)}`)
  }
}

/** Reads `.env` of the folder where there is one. What is set already stands. */
export function loadEnvironmentFile(folder: string): void {
  const file = resolve(folder, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}

/** Throws ConfigError with every fault there is. Touches nothing but the files that `NAME_FILE` names. */
export function readConfig(env: Environment): Config {
  const { values, faults, faulty } = readValues(env)
  const all = [...faults, ...faultsTogether(values, faulty)]
  if (all.length > 0) throw new ConfigError(all)
  return configOf(values, createSecrets(env), [...warningsTogether(values), ...unknownNames(env)])
}

/** The same settings once the port is known that a `PORT` of 0 came to. */
export function atPort(config: Config, port: number): Config {
  if (config.port === port) return config
  const moved = (url: string): string =>
    url === defaultBaseUrl(config.port) ? defaultBaseUrl(port) : url
  const baseUrl = moved(config.baseUrl)
  return { ...config, port, baseUrl, linkBaseUrl: moved(config.linkBaseUrl) }
}

/**
 * The setting that leads recipients to their own machine: stop links start with BASE_URL, the others with
 * LINK_BASE_URL. Null: both can be opened by others.
 */
export function loopbackAddress({
  baseUrl,
  linkBaseUrl,
}: Pick<Config, 'baseUrl' | 'linkBaseUrl'>): Loopback | null {
  if (isLoopback(baseUrl)) return { name: 'BASE_URL', url: baseUrl }
  return isLoopback(linkBaseUrl) ? { name: 'LINK_BASE_URL', url: linkBaseUrl } : null
}

/** Hosts and path of a server's address: nothing of it is secret. */
export function placeOf(uri: string): string {
  return uri
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/[?#].*$/, '')
    .replace(/^.*@/, '')
}

export interface Loopback {
  readonly name: 'BASE_URL' | 'LINK_BASE_URL'
  readonly url: string
}

interface Reading {
  readonly values: Values
  readonly faults: readonly Notice[]
  /** These stand at their defaults in `values`. */
  readonly faulty: ReadonlySet<VariableName>
}

function readValues(env: Environment): Reading {
  const values: Partial<Record<VariableName, unknown>> = {}
  const faults = new Map<VariableName, Notice>()
  for (const name of NAMES) {
    const read = readValue(env, name)
    values[name] = read.ok ? read.value : SPEC[name].fallback
    if (!read.ok) faults.set(name, read.notice)
  }
  return { values: values as Values, faults: [...faults.values()], faulty: new Set(faults.keys()) }
}

type ReadValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly notice: Notice }

function readValue(env: Environment, name: VariableName): ReadValue {
  const reading = readText(env, name)
  if (!reading.ok) return reading
  const { fallback, type } = SPEC[name]
  if (reading.text === undefined) return { ok: true, value: fallback }
  const parsed = type.schema.safeParse(reading.text)
  if (parsed.success) return { ok: true, value: parsed.data }
  return { ok: false, notice: { name, key: type.must, values: type.values ?? {} } }
}

function configOf(values: Values, secret: Secrets, warnings: readonly Notice[]): Config {
  const baseUrl = values.BASE_URL ?? defaultBaseUrl(values.PORT)
  const linkBaseUrl = values.LINK_BASE_URL ?? baseUrl
  const embedded = values.MONGODB_URI === null
  const cap = values.RECIPIENT_CAP
  return {
    host: values.HOST,
    port: values.PORT,
    baseUrl,
    linkBaseUrl,
    dataDir: resolve(values.DATA_DIR),
    logLevel: values.LOG_LEVEL,
    role: values.ROLE,
    embedded,
    sharedQueue: values.REDIS_URL !== null,
    trustedProxies: values.TRUSTED_PROXIES,
    operator: values.OPERATOR,
    outbox: values.OUTBOX === 'auto' ? embedded && isLoopback(baseUrl) : values.OUTBOX === 'on',
    defaultRegion: values.DEFAULT_REGION,
    signup: values.SIGNUP,
    tracking: values.TRACKING,
    identifyDays: values.IDENTIFY_DAYS,
    unknownOutcome: values.UNKNOWN_OUTCOME,
    undoSeconds: values.UNDO_SECONDS,
    maxRecipients: values.MAX_RECIPIENTS,
    apiRate: values.API_RATE,
    recipientCap: cap === 'off' ? null : cap,
    smsPrices: values.SMS_PRICES ?? [],
    smsMaxSegments: values.SMS_MAX_SEGMENTS,
    email: values.SMTP_URL === null ? null : emailOf(values, values.SMTP_URL, baseUrl),
    sms: smsOf(values, baseUrl),
    wapPush:
      values.WAP_PPG_URL === null
        ? null
        : { url: values.WAP_PPG_URL, username: values.WAP_PPG_USERNAME },
    telegram:
      values.TELEGRAM_BOT_TOKEN === null
        ? null
        : {
            apiRoot: values.TELEGRAM_API_ROOT,
            webhook: values.TELEGRAM_WEBHOOK_SECRET !== null,
          },
    platforms: PLATFORMS.map((platform) => ({
      ...platform,
      configured: platform.switches.some((name) => isSet(values, name)),
    })),
    secret,
    warnings,
  }
}

function emailOf(values: Values, smtpUrl: string, baseUrl: string): EmailConfig {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector } = values
  return {
    from: values.MAIL_FROM ?? { name: null, address: defaultSender(smtpUrl, baseUrl) },
    returnPath: values.MAIL_RETURN_PATH?.address ?? null,
    dkim: domain === null || selector === null ? null : { domain, selector },
  }
}

function smsOf(values: Values, baseUrl: string): SmsConfig | null {
  const gateways = SMS_GATEWAYS.filter((gateway) => isSet(values, GATEWAY_SWITCHES[gateway]))
  if (gateways.length === 0) return null
  const { KANNEL_SENDSMS_URL, KANNEL_USERNAME, KANNEL_FROM } = values
  const { TWILIO_ACCOUNT_SID, TWILIO_FROM, TWILIO_API_URL, SMS_HTTP_GATEWAY } = values
  return {
    gateways,
    routes: values.SMS_ROUTES ?? [],
    ratePerSecond: values.SMS_RATE,
    callbackUrl: values.SMS_CALLBACK_URL ?? baseUrl,
    kannel:
      KANNEL_SENDSMS_URL === null
        ? null
        : {
            sendUrl: KANNEL_SENDSMS_URL,
            username: KANNEL_USERNAME ?? '',
            from: KANNEL_FROM,
          },
    smpp: values.SMPP_URL === null ? null : { source: values.SMPP_SOURCE },
    twilio:
      TWILIO_ACCOUNT_SID === null
        ? null
        : {
            accountSid: TWILIO_ACCOUNT_SID,
            from: TWILIO_FROM ?? '',
            apiUrl: TWILIO_API_URL,
          },
    http: SMS_HTTP_GATEWAY === null ? null : { file: SMS_HTTP_GATEWAY },
  }
}

function defaultSender(smtpUrl: string, baseUrl: string): string {
  const user = new URL(smtpUrl).username.replace(/%40/i, '@')
  return user.includes('@') ? user : `passalong@${new URL(baseUrl).hostname}`
}

function defaultBaseUrl(port: number): string {
  return `http://localhost:${port}`
}
