import { type PlatformUserKey, platformUserKey } from '#core/identity.ts'
import { refusal } from '#core/refusal.ts'
import { type ChatRef, type MessageRef, settled } from '#ports/bot-platform.ts'
import type { TerminalNews, TerminalStep } from '#ports/terminals.ts'

/** A terminal that asked for nothing for so long is gone; it asks at least twice a minute. */
const IDLE_MS = 60_000
/** Who was just given news asks for the next in less. */
const BACK_MS = 1_000
const MAX_ROOMS_OF_USER = 20
const MAX_ROOMS = 2_000
/** Messages whose change a terminal has not fetched yet. */
const MAX_KEPT = 100
const RETRY_MS = 5_000

/** A terminal that is open in this process, and what is to be shown there. */
interface Room {
  readonly chat: ChatRef
  readonly user: string
  usedAt: number
  /** When it was given news last. */
  toldAt: number
  /** The last change of each message, in their order. */
  readonly kept: Map<MessageRef, TerminalStep>
  /** Answers the question that waits; null: none does. */
  wake: (() => void) | null
}

export interface NewsRequest {
  readonly after: number
  readonly waitMs: number
  readonly signal: AbortSignal
}

export interface Rooms {
  /** Opens it (true), or keeps it open. Throws `rate_limited` where there are too many. */
  use(chat: ChatRef, user: PlatformUserKey): boolean
  has(chat: string): boolean
  /** Whether it waits for news, at this process, or will in a moment. */
  listens(chat: string): boolean
  /** Nothing comes of it where no such terminal is open. */
  put(chat: string, step: TerminalStep): void
  /** The one that the user used last. */
  lastOf(user: PlatformUserKey): ChatRef | null
  /** As `Terminals.news`. */
  news(chat: string, request: NewsRequest): Promise<TerminalNews>
  /** Answers all questions that wait. */
  wakeAll(): void
}

/** `now`: milliseconds from any start. */
export function createRooms(now: () => number): Rooms {
  const rooms = new Map<string, Room>()
  const isOpen = (room: Room): boolean => room.usedAt >= now() - IDLE_MS

  function find(chat: string): Room | undefined {
    const room = rooms.get(chat)
    return room && isOpen(room) ? room : undefined
  }

  function roomsOf(user: PlatformUserKey): readonly Room[] {
    const key = platformUserKey(user)
    return [...rooms.values()].filter((room) => room.user === key && isOpen(room))
  }

  function open(chat: ChatRef, user: PlatformUserKey): void {
    for (const [id, room] of rooms) if (!isOpen(room)) rooms.delete(id)
    if (roomsOf(user).length >= MAX_ROOMS_OF_USER || rooms.size >= MAX_ROOMS) {
      throw refusal('rate_limited', 'terminal.tooMany', { retryAfterMs: RETRY_MS })
    }
    const key = platformUserKey(user)
    rooms.set(chat.id, {
      chat,
      user: key,
      usedAt: now(),
      toldAt: -Infinity,
      kept: new Map(),
      wake: null,
    })
  }

  return {
    use(chat, user) {
      const room = find(chat.id)
      if (room) room.usedAt = now()
      else open(chat, user)
      return room === undefined
    },
    has: (chat) => find(chat) !== undefined,
    listens(chat) {
      const room = find(chat)
      return room !== undefined && (room.wake !== null || room.toldAt > now() - BACK_MS)
    },
    put(chat, step) {
      const room = find(chat)
      if (!room) return
      keep(room, step)
      room.wake?.()
    },
    lastOf(user) {
      const latest = roomsOf(user).toSorted((a, b) => b.usedAt - a.usedAt)[0]
      return latest?.chat ?? null
    },
    async news(chat, request) {
      const room = find(chat)
      if (!room) return { steps: [], next: request.after }
      forget(room, request.after)
      room.wake?.()
      if (room.kept.size === 0) await awoken(room, request)
      room.usedAt = now()
      const steps = [...room.kept.values()]
      if (steps.length > 0) room.toldAt = now()
      return { steps, next: steps.at(-1)?.order ?? request.after }
    },
    wakeAll() {
      for (const room of rooms.values()) room.wake?.()
    },
  }
}

/** Moved to the end, so that they stand in the order of the changes. */
function keep({ kept }: Room, step: TerminalStep): void {
  const before = kept.get(step.message)
  kept.delete(step.message)
  kept.set(step.message, before ? merged(before, step) : step)
  const [oldest] = kept.keys()
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
}

/** A message that loses its buttons before anybody fetched it must be shown all the same. */
function merged(before: TerminalStep, step: TerminalStep): TerminalStep {
  if (step.kind === 'shown' || before.kind === 'settled') return step
  return { ...before, order: step.order, screen: settled(before.screen) }
}

function forget({ kept }: Room, upTo: number): void {
  for (const [message, { order }] of kept) if (order <= upTo) kept.delete(message)
}

function awoken(room: Room, { waitMs, signal }: NewsRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(late)
      signal.removeEventListener('abort', done)
      if (room.wake === done) room.wake = null
      resolve()
    }
    const late = setTimeout(done, waitMs)
    late.unref()
    signal.addEventListener('abort', done, { once: true })
    room.wake = done
    if (signal.aborted) done()
  })
}
