import { setTimeout as sleep } from 'node:timers/promises'
import type { Update } from 'grammy/types'
import type { Turn } from '#ports/bot.ts'
import type { Logger } from '#ports/logger.ts'
import { endingWith, type TelegramClient, type TelegramFault } from '../client.ts'
import type { Self } from '../reading/read-message.ts'
import { type Received, UPDATES } from '../reading/read-update.ts'
import { gatherAlbums } from './albums.ts'
import { inLanes, laneOf } from './lanes.ts'
import type { Surely } from './surely.ts'

/** Telegram keeps a request open for so long, in seconds, */
const HELD_SECONDS = 2
/** and the way there and back may take the rest. */
const REQUEST_MS = 4_000
const CONFIRM_MS = 2_000
const SIDE_BY_SIDE = 16
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
 * process, Telegram tells them to the next one.
 */
export async function pollUpdates(deps: PollingDeps, self: Self, turn: Turn): Promise<PollingEnd> {
  const { client, logger, firstWaitMs } = deps
  let offset: number | undefined
  let told: number | undefined
  let wait = firstWaitMs
  try {
    while (!turn.signal.aborted) {
      if (!turn.holds(REQUEST_MS)) {
        await rest(NOT_YET_MS, turn.signal)
        continue
      }
      try {
        // Asking for what comes later confirms what came before.
        told = offset
        const updates = await ask(client, offset, turn.signal)
        wait = firstWaitMs
        offset = (await handleAll(deps, updates, self, turn.signal)) ?? offset
      } catch (error) {
        const fault = client.faultOf(error)
        if (turn.signal.aborted) break
        told = undefined
        if (!fault) throw error
        if (isConflict(fault)) return 'conflict'
        logger.warn({ err: error }, 'Telegram does not tell what is new')
        if (isUnauthorized(fault)) await deps.onRefused(detailOf(fault))
        await rest(restAfter(fault, wait), turn.signal)
        wait = Math.min(2 * wait, LONGEST_WAIT_MS)
      }
    }
  } finally {
    if (offset !== undefined && offset !== told) await confirm(client, offset, logger)
  }
  return 'over'
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

/** @returns the first that is not done with; undefined: there was none */
async function handleAll(
  { surely }: PollingDeps,
  updates: readonly Update[],
  self: Self,
  signal: AbortSignal,
): Promise<number | undefined> {
  const left = new Set<number>()
  const handle = async (received: Received): Promise<void> => {
    const { update_id: id } = received.update
    left.add(id)
    if (signal.aborted) return
    await surely.untilDone(received, self, signal).then(
      () => left.delete(id),
      (error) => {
        if (!signal.aborted) throw error
      },
    )
  }
  await inLanes(gatherAlbums(updates), ({ update }) => laneOf(update), SIDE_BY_SIDE, handle)
  if (left.size > 0) return Math.min(...left)
  const last = updates.at(-1)
  return last && last.update_id + 1
}

/** What is handled is not told again: the next process need not find out. */
async function confirm({ api }: TelegramClient, offset: number, logger: Logger): Promise<void> {
  const signal = endingWith(AbortSignal.timeout(CONFIRM_MS))
  await api.getUpdates({ offset, limit: 1, timeout: 0 }, signal).catch((error: unknown) => {
    logger.debug({ err: error }, 'the last updates were not confirmed; they come again')
  })
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

const isConflict = (fault: TelegramFault): boolean => fault.kind === 'refused' && fault.code === 409

/** Of a token that was revoked Telegram says 401, of one that is no token 404. */
function isUnauthorized(fault: TelegramFault): boolean {
  return fault.kind === 'refused' && (fault.code === 401 || fault.code === 404)
}

function detailOf(fault: TelegramFault): string {
  return fault.kind === 'refused' ? fault.description : fault.detail
}

function restAfter(fault: TelegramFault, wait: number): number {
  if (isUnauthorized(fault)) return LONGEST_WAIT_MS
  const asked = fault.kind === 'refused' ? fault.retryAfterMs : null
  return Math.max(asked ?? 0, wait)
}
