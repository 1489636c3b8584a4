import { ROLES } from '#core/role.ts'
import { TRACKINGS } from '#core/share.ts'
import type { Type } from './types.ts'
import * as type from './types.ts'

/** One environment variable: the only place that says what it is. */
export interface Variable<T> {
  readonly group: Group
  readonly type: Type<unknown>
  /** Used when the variable is unset or empty. */
  readonly fallback: T
  /** The default as the docs show it, where it is made rather than fixed. */
  readonly shown?: string
  /** One sentence for the docs. */
  readonly description: string
  /** May also be given as `NAME_FILE`; never logged or printed. */
  readonly secret: boolean
}

export const GROUPS = [
  'Server',
  'Sharing',
  'Email',
  'Store and queue',
  'Telegram',
  'Slack',
  'Matrix',
  'SMS',
  'WAP push',
] as const
export type Group = (typeof GROUPS)[number]

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Every variable there is, those of platforms that are not built yet included: they are checked already. */
export const SPEC = {
  HOST: setting('Server', type.text, '127.0.0.1', 'The address to listen on.'),
  PORT: setting('Server', type.port, 8080, 'The port to listen on; 0 takes any free one.'),
  BASE_URL: {
    ...optional('Server', type.origin, 'Where people reach this server, as they type it.'),
    shown: 'http://localhost:PORT',
  },
  LINK_BASE_URL: {
    ...optional('Server', type.origin, 'A short host for the links in messages.'),
    shown: 'BASE_URL',
  },
  DATA_DIR: setting(
    'Server',
    type.text,
    './data',
    'Where everything is kept; made with mode 0700; one server process at a time, unless MONGODB_URI is set.',
  ),
  ROLE: setting(
    'Server',
    type.oneOf(...ROLES),
    'all',
    'What this process does of the work: all, web (pages, API, links), worker (sends) or bots; parts of it need MONGODB_URI and REDIS_URL.',
  ),
  LOG_LEVEL: setting(
    'Server',
    type.oneOf(...LOG_LEVELS),
    'info',
    'The least severe log lines to print: fatal, error, warn, info, debug, trace or silent.',
  ),
  TRUSTED_PROXIES: {
    ...setting(
      'Server',
      type.networks,
      [] as readonly string[],
      'Proxies whose forwarding headers are believed: addresses and CIDR ranges.',
    ),
    shown: 'none',
  },
  SESSION_SECRET: {
    ...secret(
      'Server',
      type.longSecret,
      'Signs cookies and stop links: 32 characters or more; required with MONGODB_URI or another ROLE.',
    ),
    shown: 'made and kept in DATA_DIR',
  },
  METRICS_TOKEN: {
    ...secret('Server', type.text, 'Bearer token that opens /metrics to other machines.'),
    shown: 'loopback only',
  },
  OPERATOR: optional('Server', type.recipient, 'A recipient to alert when a channel goes down.'),

  SIGNUP: setting(
    'Sharing',
    type.oneOf('invite', 'open', 'closed'),
    'invite',
    'Who may make an account after the first: whom somebody with an account invites (invite), anybody (open), or nobody but whoever runs the service (closed).',
  ),
  OUTBOX: {
    ...setting(
      'Sharing',
      type.oneOf('auto', 'on', 'off'),
      'auto',
      'Whether messages of channels without credentials are kept at /outbox: auto, on or off.',
    ),
    shown: 'auto: on the embedded store with a loopback BASE_URL',
  },
  DEFAULT_REGION: optional(
    'Sharing',
    type.region,
    'The country of phone numbers written without +, such as CN.',
  ),
  TRACKING: setting(
    'Sharing',
    type.oneOf(...TRACKINGS),
    'full',
    'What is kept of visits: full, counts (nobody is named) or off.',
  ),
  IDENTIFY_DAYS: setting(
    'Sharing',
    type.integer(1, 3_650),
    90,
    'Days after which recipients and addresses are blanked.',
  ),
  UNKNOWN_OUTCOME: setting(
    'Sharing',
    type.oneOf('retry', 'ask'),
    'retry',
    'When nobody can tell whether a message went out: retry (once) or ask the sender.',
  ),
  UNDO_SECONDS: setting(
    'Sharing',
    type.integer(0, 600),
    10,
    'Seconds in which a share from a page or a chat can be taken back.',
  ),
  MAX_RECIPIENTS: setting(
    'Sharing',
    type.integer(1, 10_000),
    1_000,
    'Recipients of one share, groups expanded.',
  ),
  API_RATE: setting(
    'Sharing',
    type.integer(1, 1_000_000),
    600,
    'API requests a minute for each token.',
  ),
  RECIPIENT_CAP: {
    ...setting<type.DailyCap | 'off'>(
      'Sharing',
      type.dailyCap,
      { fromSender: 20, fromAll: 50 },
      'Messages a day to one recipient, from one sender and from all; more are put off, or off.',
    ),
    shown: '20,50',
  },

  SMTP_URL: secret(
    'Email',
    type.urlOf('smtp:', 'smtps:'),
    'Switches email on: smtp://user:password@host:587, or smtps:// for TLS from the start.',
  ),
  MAIL_FROM: {
    ...optional('Email', type.mailbox, 'The sender address, with a name if you like.'),
    shown: 'the SMTP user, or passalong@ the host of BASE_URL',
  },
  MAIL_RETURN_PATH: {
    ...optional('Email', type.mailbox, 'Where mail servers return what they cannot deliver.'),
    shown: 'MAIL_FROM',
  },
  MAIL_CALLBACK_SECRET: secret(
    'Email',
    type.webhookSecret,
    'Takes returned mail at /hooks/email/SECRET/bounce (docs/operating/returned-mail.md).',
  ),
  DKIM_DOMAIN: optional('Email', type.domain, 'Signs mail: the domain.'),
  DKIM_SELECTOR: optional('Email', type.text, 'Signs mail: the selector of the DNS record.'),
  DKIM_PRIVATE_KEY: secret('Email', type.privateKey, 'Signs mail: the RSA private key (PEM).'),

  MONGODB_URI: secret(
    'Store and queue',
    type.mongodbUri,
    'Keeps everything in MongoDB instead of DATA_DIR: mongodb://user:password@host/database.',
  ),
  REDIS_URL: secret(
    'Store and queue',
    type.redisUrl,
    'Shares the queue and the rates over several processes: redis://:password@host:6379. Without it one process at a time sends.',
  ),

  TELEGRAM_BOT_TOKEN: secret(
    'Telegram',
    type.botToken,
    'Switches Telegram on: the token of the bot, from @BotFather (docs/operating/telegram.md).',
  ),
  TELEGRAM_API_ROOT: {
    ...optional('Telegram', type.httpUrl, 'Another Bot API server.'),
    shown: 'https://api.telegram.org',
  },
  TELEGRAM_WEBHOOK_SECRET: {
    ...secret('Telegram', type.webhookSecret, 'Takes updates at /hooks/telegram with this secret.'),
    shown: 'long polling',
  },

  SLACK_SIGNING_SECRET: secret('Slack', type.text, 'Checks what comes in at /hooks/slack.'),
  SLACK_BOT_TOKEN: secret('Slack', type.text, 'Switches Slack on for one workspace.'),
  SLACK_CLIENT_ID: optional('Slack', type.text, 'Switches Slack on for many workspaces.'),
  SLACK_CLIENT_SECRET: secret('Slack', type.text, 'With SLACK_CLIENT_ID.'),
  SLACK_STATE_SECRET: secret('Slack', type.text, 'With SLACK_CLIENT_ID: protects installing.'),
  SLACK_APP_TOKEN: secret('Slack', type.text, 'Socket Mode instead of /hooks/slack.'),
  SLACK_API_URL: {
    ...optional('Slack', type.httpUrl, 'Another Web API root.'),
    shown: 'https://slack.com/api/',
  },

  MATRIX_HOMESERVER_URL: optional('Matrix', type.httpUrl, 'Switches Matrix on: the homeserver.'),
  MATRIX_USER: optional('Matrix', type.text, 'The user to sign in as.'),
  MATRIX_PASSWORD: secret('Matrix', type.text, 'Its password.'),
  MATRIX_ACCESS_TOKEN: secret('Matrix', type.text, 'An access token instead of the password.'),

  SMS_PRICES: optional(
    'SMS',
    type.smsPrices,
    'Price of a segment by number prefix, for estimates: +86=0.045 EUR, *=0.09 EUR.',
  ),
  SMS_MAX_SEGMENTS: setting(
    'SMS',
    type.integer(1, 10),
    3,
    'The most segments of one text message, 1 to 10; a longer note is shortened, and the sender is told before.',
  ),
  SMS_ROUTES: {
    ...optional(
      'SMS',
      type.smsRoutes,
      'Which of several gateways carry to which numbers, the preferred first: +86=kannel twilio, *=smpp. The next one stands in for one that is down.',
    ),
    shown: 'all that are set, in the order kannel, smpp, twilio, http',
  },
  SMS_RATE: {
    ...optional(
      'SMS',
      type.integer(1, 10_000),
      'Segments a second from each sender number, over all processes.',
    ),
    shown: 'not limited here',
  },
  KANNEL_SENDSMS_URL: optional('SMS', type.httpUrl, 'Switches SMS on by Kannel: its sendsms URL.'),
  KANNEL_USERNAME: optional('SMS', type.text, 'The Kannel user.'),
  KANNEL_PASSWORD: secret('SMS', type.text, 'Its password.'),
  KANNEL_FROM: {
    ...optional('SMS', type.text, 'The sender number or name.'),
    shown: "Kannel's global-sender",
  },
  SMPP_URL: secret(
    'SMS',
    type.urlOf('smpp:', 'smpps:'),
    'Switches SMS on by SMPP: smpp://user:password@host:port.',
  ),
  SMPP_SOURCE: optional('SMS', type.text, 'The sender number or name for SMPP.'),
  TWILIO_ACCOUNT_SID: optional('SMS', type.text, 'Switches SMS on by Twilio: the account.'),
  TWILIO_AUTH_TOKEN: secret('SMS', type.text, 'Its token.'),
  TWILIO_FROM: optional('SMS', type.text, 'The sender number or messaging service.'),
  TWILIO_API_URL: {
    ...optional('SMS', type.httpUrl, 'Another API root.'),
    shown: 'https://api.twilio.com',
  },
  SMS_HTTP_GATEWAY: optional(
    'SMS',
    type.text,
    'Switches SMS on by any other gateway: the file that describes it (docs/operating/sms.md).',
  ),
  SMS_HTTP_SECRET: secret('SMS', type.text, 'What {secret} stands for in that file.'),
  SMS_CALLBACK_SECRET: {
    ...secret('SMS', type.webhookSecret, 'The secret part of the path below /hooks/sms.'),
    shown: 'made from SESSION_SECRET',
  },
  SMS_CALLBACK_URL: {
    ...optional('SMS', type.origin, 'Where gateways reach this server.'),
    shown: 'BASE_URL',
  },

  WAP_PPG_URL: optional('WAP push', type.httpUrl, 'Switches WAP push on: the push proxy gateway.'),
  WAP_PPG_USERNAME: optional('WAP push', type.text, 'The gateway user.'),
  WAP_PPG_PASSWORD: secret('WAP push', type.text, 'Its password.'),
} satisfies Readonly<Record<string, Variable<unknown>>>

export type VariableName = keyof typeof SPEC
/** The value of every variable, as its type reads it. */
export type Values = {
  readonly [Name in VariableName]: (typeof SPEC)[Name] extends Variable<infer T> ? T : never
}

/** Those that may be given as files, and are read again when a connection is made anew. */
export type SecretName = {
  [Name in VariableName]: (typeof SPEC)[Name] extends Secret ? Name : never
}[VariableName]

export const NAMES = Object.keys(SPEC) as readonly VariableName[]

function setting<T>(
  group: Group,
  type: Type<T>,
  fallback: NoInfer<T>,
  description: string,
): Variable<T> {
  return { group, type, fallback, description, secret: false }
}

function optional<T>(group: Group, type: Type<T>, description: string): Variable<T | null> {
  return {
    group,
    type,
    fallback: null,
    description,
    secret: false,
  }
}

interface Secret extends Variable<string | null> {
  readonly type: Type<string>
  readonly secret: true
}

function secret(group: Group, type: Type<string>, description: string): Secret {
  return { group, type, fallback: null, description, secret: true }
}
