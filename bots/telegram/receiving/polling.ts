import type { Update } from 'grammy/types'
import { endingWith } from '#adapters/telegram/client.ts'
import { pause } from '#engine/within.ts'
import type { Turn } from '#ports/bot.ts'
import type { Logger } from '#ports/logger.ts'
import { type TelegramClient, type TelegramFault, tokenRefused } from '../client.ts'
import type { Self } from '../reading/read-message.ts'
import { UPDATES } from '../reading/read-update.ts'
import type { Surely } from './surely.ts'
import { createUnderWay, type UnderWay } from './under-way.ts'

/** Telegram keeps a request open for so long, in seconds, */
const HELD_SECONDS = 2
/** and the way there and back may take the rest. */
const REQUEST_MS = 4_000
const CONFIRM_MS = 2_000
/** While something is worked on, what else is new is asked for so often. */
const BESIDE_MS = 250
const NOT_YET_MS = 50
const LONGEST_WAIT_MS = 15_000

export interface PollingDeps {
  readonly client: TelegramClient
  readonly surely: Surely
  readonly logger: Logger
  /** After a failure. */
  readonly firstWaitMs: number
  /** Our token was refused. */
  onRefused(detail: string): Promise<void>
}

/** Why polling ended: the turn is over, or another process asks for the same bot. */
export type PollingEnd = 'over' | 'conflict'

/**
 * Asks for updates while the turn lasts. They are confirmed only once they are handled, so that whatever ends this
 * process, Telegram tells them to the next one. From the first that is not, it tells a hundred: so many may be worked on.
 */
export async function pollUpdates(deps: PollingDeps, self: Self, turn: Turn): Promise<PollingEnd> {
  const ending = new AbortController()
  const working = AbortSignal.any([turn.signal, ending.signal])
  const underWay = createUnderWay(deps.surely, self, working)
  const poller = createPoller(deps, underWay, turn.signal)
  try {
    while (!turn.signal.aborted) {
      if (!turn.holds(REQUEST_MS)) await pause(NOT_YET_MS, turn.signal)
      else if (!(await poller.poll())) return 'conflict'
    }
    return 'over'
  } finally {
    ending.abort()
    await underWay.idle()
    await poller.confirm()
  }
}

interface Poller {
  /** Asks once, and rests where that fails. False: another process asks, too. */
  poll(): Promise<boolean>
  /** What is handled is not told again: the next process need not find out. */
  confirm(): Promise<void>
}

function createPoller(deps: PollingDeps, underWay: UnderWay, signal: AbortSignal): Poller {
  const { client, logger, firstWaitMs } = deps
  let told: number | undefined
  let wait = firstWaitMs

  async function recover(error: unknown): Promise<boolean> {
    if (signal.aborted) return true
    told = undefined
    const fault = client.faultOf(error)
    if (!fault) throw error
    if (isConflict(fault)) return false
    logger.warn({ err: error }, 'Telegram does not tell what is new')
    const refused = tokenRefused(fault)
    if (refused !== null) await deps.onRefused(refused)
    await pause(restAfter(fault, wait), signal)
    wait = Math.min(2 * wait, LONGEST_WAIT_MS)
    return true
  }

  return {
    async poll() {
      try {
        // Asking for what comes later confirms what came before.
        told = underWay.next()
        underWay.take(await ask(client, told, signal))
        wait = firstWaitMs
        await settling(underWay)
        return true
      } catch (error) {
        return recover(error)
      }
    },
    async confirm() {
      const offset = underWay.next()
      if (offset === undefined || offset === told) return
      const soon = endingWith(AbortSignal.timeout(CONFIRM_MS))
      await client.api
        .getUpdates({ offset, limit: 1, timeout: 0 }, soon)
        .catch((error: unknown) => {
          logger.debug({ err: error }, 'the last updates were not confirmed; they come again')
        })
    },
  }
}

async function ask(
  { api }: TelegramClient,
  offset: number | undefined,
  signal: AbortSignal,
): Promise<readonly Update[]> {
  const since = offset === undefined ? {} : { offset }
  const updates = await api.getUpdates(
    { timeout: HELD_SECONDS, allowed_updates: UPDATES, ...since },
    endingWith(AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)])),
  )
  return updates.toSorted((a, b) => a.update_id - b.update_id)
}

/** Until all is done with, or for a while. */
async function settling(underWay: UnderWay): Promise<void> {
  const over = new AbortController()
  await Promise.race([underWay.idle(), pause(BESIDE_MS, over.signal)])
  over.abort()
}

const isConflict = (fault: TelegramFault): boolean => fault.kind === 'refused' && fault.code === 409

function restAfter(fault: TelegramFault, wait: number): number {
  if (tokenRefused(fault) !== null) return LONGEST_WAIT_MS
  const asked = fault.kind === 'refused' ? fault.retryAfterMs : null
  return Math.max(asked ?? 0, wait)
}
