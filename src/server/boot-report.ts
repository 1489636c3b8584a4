import type { ChannelHealth } from '#engine/engine.ts'
import type { Texts } from '#locales/texts.ts'
import { type Config, loopbackAddress, type PlatformState, placeOf } from '#src/config.ts'

export interface Booted {
  readonly config: Config
  readonly channels: readonly ChannelHealth[]
  /** The secret of the first account's one-time link; null once there is an account. */
  readonly firstTicket: string | null
}

/** What the operator reads when the server is ready: where it is, how to begin, what is off and how to get it. */
export function bootReport(booted: Booted, texts: Texts, version: string): string {
  const { config } = booted
  return [
    texts('setup.boot.ready', { version, url: config.baseUrl }),
    ...fleetLines(config, texts),
    ...firstAccount(booted, texts),
    ...channelLines(booted, texts),
    ...noticeLines(config, texts),
  ].join('\n')
}

/** Nothing of it need be said where everything is in one process and one folder. */
function fleetLines(config: Config, texts: Texts): readonly string[] {
  const { embedded, sharedQueue, secret } = config
  if (embedded && !sharedQueue) return []
  const store = embedded
    ? texts('setup.boot.inFolder', { folder: config.dataDir })
    : texts('setup.boot.inMongodb', { place: placeOf(secret('MONGODB_URI') ?? '') })
  const queue = sharedQueue
    ? texts('setup.boot.redisQueue', { place: placeOf(secret('REDIS_URL') ?? '') })
    : texts('setup.boot.ownQueue')
  return [
    texts('setup.boot.fleet', { role: config.role, store, queue }),
    ...(sharedQueue ? [] : [texts('setup.boot.oneSender')]),
  ]
}

function firstAccount({ config, firstTicket }: Booted, texts: Texts): readonly string[] {
  if (firstTicket === null) return []
  const link = `${config.baseUrl}/first?ticket=${firstTicket}`
  return ['', texts('setup.boot.first'), `  ${link}`]
}

function channelLines({ config, channels }: Booted, texts: Texts): readonly string[] {
  const on = channels.filter((channel) => channel.configured)
  const kept = channels.filter((channel) => channel.via === 'outbox')
  const off = config.platforms.filter((platform) => !on.some(named(platform)))
  const list = (some: readonly ChannelHealth[]): string => some.map((one) => one.channel).join(', ')
  return [
    '',
    ...(on.length > 0 ? [texts('setup.boot.on', { channels: list(on) })] : []),
    ...(kept.length > 0
      ? [texts('setup.boot.kept', { channels: list(kept), url: `${config.baseUrl}/outbox` })]
      : []),
    ...(off.length > 0 ? [texts('setup.boot.off')] : []),
    ...off.map((platform) => `  ${platform.channel.padEnd(9)} ${howTo(platform, texts)}`),
  ]
}

function named(platform: PlatformState): (channel: ChannelHealth) => boolean {
  return (channel) => channel.channel === platform.channel
}

function howTo(platform: PlatformState, texts: Texts): string {
  const names = platform.switches.join(' / ')
  return texts(platform.built ? 'setup.boot.set' : 'setup.boot.later', { names })
}

function noticeLines(config: Config, texts: Texts): readonly string[] {
  const real = config.platforms.some((platform) => platform.configured && platform.built)
  const lines = config.warnings.map((notice) => texts(notice.key, notice.values))
  const loopback = loopbackAddress(config)
  if (real && loopback) lines.push(texts('setup.warn.loopback', { ...loopback }))
  return lines.length > 0 ? ['', ...lines.map((line) => `! ${line}`)] : []
}
