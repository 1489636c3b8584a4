import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Breakable, spawnGuarded, startBreakable } from './breakable.ts'
import { type FakeSmsc, openFakeSmsc } from './fake-smsc.ts'
import { type ConfigGroup, groupText, type KannelPlan, kannelGroups } from './kannel-config.ts'
import { steadyPort } from './steady-port.ts'

export interface KannelOptions {
  /**
   * Where inbound texts are told, with Kannel's escapes (`http://…?text=%b&id=%I`). Unset: they are taken and
   * forgotten.
   */
  readonly inboundUrl?: string
  /** Binds as a client to an SMPP server there, instead of offering the fake SMSC. */
  readonly smpp?: { readonly port: number; readonly throughput?: number }
  /** With the WAP gateway and its Push Proxy Gateway; off by default. */
  readonly wap?: boolean
  /** Where phones reach the WAP gateway (UDP 9200 and 9201, which are fixed). Default: a loopback address of its own. */
  readonly wdpAddress?: string
  /** Times that a callback is repeated, one second apart. Default: 60. */
  readonly callbackRetries?: number
}

/** A Kannel of its own: three processes (two without WAP), in front of an SMSC. */
export interface Kannel {
  /** `http://127.0.0.1:…/cgi-bin/sendsms`. */
  readonly sendsmsUrl: string
  /** `http://127.0.0.1:…/wappush`: the Push Proxy Gateway. Nothing listens there without `wap`. */
  readonly ppgUrl: string
  /** The same for both. */
  readonly username: string
  readonly password: string
  /** The sender's number where a send names none. */
  readonly sender: string
  readonly wdpAddress: string
  /** The network: sends inbound texts and keeps what arrived. Absent where an SMPP server stands in. */
  readonly smsc: FakeSmsc | null
  /**
   * Its restart takes the boxes in front of it along. Left alone, smsbox starts itself anew when it is gone; where
   * requests come meanwhile it may hang for ever instead, alive and with its port closed.
   */
  readonly bearerbox: Breakable
  /** Comes back where it ends by itself: requests that come while it stops or starts make it panic. */
  readonly smsbox: Breakable
  readonly wapbox: Breakable | null
  /** What bearerbox says of itself: `status.txt` of its admin interface. */
  status(): Promise<string>
  /** Writes its settings anew, and restarts the boxes in front of bearerbox. */
  reconfigure(change: KannelChange): Promise<void>
  /** Connections that clients hold open to sendsms, and to the Push Proxy Gateway. */
  openConnections(): { readonly sendsms: number; readonly ppg: number }
  stop(): Promise<void>
}

/** What a running Kannel may be told otherwise; what is left out is as it was at first. */
export interface KannelChange {
  readonly password?: string
  /** Numbers that this regular expression (POSIX) finds are refused. */
  readonly denied?: string
  /** Numbers that begin with it cannot be pushed to. */
  readonly unpushable?: string
}

export const KANNEL_USER = 'share'
export const KANNEL_PASSWORD = 'kannel-secret'
export const KANNEL_SENDER = '10690'

/** Why {@link startKannel} cannot; undefined where it can. */
export function missingKannel(): string | undefined {
  const { error } = spawnSync('bearerbox', ['--version'])
  return error && 'there is no Kannel (apt-get install kannel kannel-extras)'
}

/** Kannel with an empty spool. The kernel ends it together with this process. */
export async function startKannel(options: KannelOptions = {}): Promise<Kannel> {
  const missing = missingKannel()
  if (missing !== undefined) throw new Error(missing)
  const folder = mkdtempSync(join(tmpdir(), 'passalong-kannel-'))
  for (const name of ['spool', 'dlr']) mkdirSync(join(folder, name))
  const plan = await planOf(folder, options)
  const config = join(folder, 'kannel.conf')
  let change: KannelChange = {}
  const write = (): void => writeFileSync(config, configText(kannelGroups({ ...plan, ...change })))
  write()

  const ends: (() => Promise<void>)[] = []
  const start = async (box: string, port: number, isFront = false): Promise<Breakable> => {
    const log = join(folder, `${box}.log`)
    let before = 0
    const running = await startBreakable({
      name: box,
      log,
      spawn() {
        before = sizeOf(log)
        return [spawnGuarded([box, '-v', '1', config], { log, detached: isFront })]
      },
      answers: async () => (await listens(port)) && (!isFront || isConnected(log, before)),
      removeData: () => undefined,
      isKept: isFront,
    })
    ends.unshift(running.stop)
    return running
  }
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end()
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    const bearerbox = await start('bearerbox', plan.ports.smsbox)
    const smsc = options.smpp ? null : await openFakeSmsc(plan.ports.smsc, KANNEL_SENDER)
    if (smsc) ends.unshift(smsc.close)
    const smsbox = await start('smsbox', plan.ports.sendsms, true)
    const wapbox = options.wap ? await start('wapbox', plan.ports.ppg, true) : null
    const restartFront = async (): Promise<void> => {
      await smsbox.restart()
      await wapbox?.restart()
    }
    return {
      sendsmsUrl: `http://127.0.0.1:${plan.ports.sendsms}/cgi-bin/sendsms`,
      ppgUrl: `http://127.0.0.1:${plan.ports.ppg}/wappush`,
      username: KANNEL_USER,
      password: KANNEL_PASSWORD,
      sender: KANNEL_SENDER,
      wdpAddress: plan.wdpAddress,
      smsc,
      bearerbox: {
        ...bearerbox,
        async restart() {
          await bearerbox.restart()
          await restartFront()
        },
      },
      smsbox,
      wapbox,
      async status() {
        const response = await fetch(`http://127.0.0.1:${plan.ports.admin}/status.txt?password=bar`)
        return response.text()
      },
      async reconfigure(next) {
        change = next
        write()
        await restartFront()
      },
      openConnections: () => ({
        sendsms: connectionsTo(plan.ports.sendsms),
        ppg: connectionsTo(plan.ports.ppg),
      }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function planOf(folder: string, options: KannelOptions): Promise<KannelPlan> {
  const ports = await differentPorts(['admin', 'smsbox', 'wapbox', 'smsc', 'sendsms', 'ppg'])
  return {
    folder,
    ports,
    username: KANNEL_USER,
    password: KANNEL_PASSWORD,
    sender: KANNEL_SENDER,
    wdpAddress: options.wdpAddress ?? ownLoopback(),
    wap: options.wap ?? false,
    inboundUrl: options.inboundUrl ?? null,
    smpp: options.smpp ?? null,
    callbackRetries: options.callbackRetries ?? 60,
  }
}

async function differentPorts<T extends string>(names: readonly T[]): Promise<Record<T, number>> {
  const ports = new Set<number>()
  while (ports.size < names.length) ports.add(await steadyPort())
  const list = [...ports]
  return Object.fromEntries(names.map((name, n) => [name, list[n]])) as Record<T, number>
}

/** The WAP ports are fixed, so that every gateway needs an address of its own: 127.0.0.0/8 has enough of them. */
function ownLoopback(): string {
  return `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`
}

function configText(groups: readonly ConfigGroup[]): string {
  return groups.map(groupText).join('\n')
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * Whether a box in front is whole: what came after `before` in its log says so. Its port is open before that, but a
 * request that comes then is refused as by a wrong login, or makes it panic.
 */
function isConnected(log: string, before: number): boolean {
  return readFileSync(log).subarray(before).includes('Connected to bearerbox')
}

/** 0 where there is no such file yet. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

const ESTABLISHED = '01'

/** Counted on the clients' side, by the kernel. */
function connectionsTo(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , to, state]) => to?.endsWith(remote) && state === ESTABLISHED).length
}
