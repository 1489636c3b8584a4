import { createHash, timingSafeEqual } from 'node:crypto'
import type { Update } from 'grammy/types'
import { z } from 'zod'
import type { InTurn } from '#conversation/in-turn.ts'
import type { Hook, HookAnswer } from '#ports/channel.ts'
import type { KnownSelf } from '../self.ts'
import { laneOf } from './lanes.ts'
import type { Surely } from './surely.ts'

export interface WebhookConfig {
  /** Where Telegram finds us. */
  readonly url: string
  /** What Telegram proves itself by. */
  readonly secret: () => string
}

export interface WebhookDeps {
  readonly surely: Surely
  readonly inTurn: InTurn
  readonly self: () => Promise<KnownSelf>
}

const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

/** Whoever is not Telegram learns no more than that there is nothing for them. */
const NOT_FOUND: HookAnswer = { status: 404 }
const TAKEN: HookAnswer = { status: 200 }
/** It comes again. */
const AGAIN: HookAnswer = { status: 503, headers: { 'Retry-After': '1' } }

/** Everything else of an update is told apart where it is read. */
const UPDATE = z.looseObject({ update_id: z.number().int() })

/** Takes updates that Telegram brings. Each is answered once it is stored. */
export function createWebhook(config: WebhookConfig, { surely, inTurn, self }: WebhookDeps): Hook {
  return {
    method: 'POST',
    path: 'telegram',
    async handle({ headers, body }) {
      if (!isSame(headers[SECRET_HEADER] ?? '', config.secret())) return NOT_FOUND
      const update = readBody(body)
      // What cannot be read will not be readable the next time.
      if (!update) return TAKEN
      const known = await self()
      const done = await inTurn(laneOf(update), () => surely.once({ update }, known))
      return done ? TAKEN : AGAIN
    },
  }
}

/** Compared in constant time, whatever their lengths. */
function isSame(given: string, secret: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return secret !== '' && timingSafeEqual(hash(given), hash(secret))
}

function readBody(body: Uint8Array): Update | null {
  try {
    const read = UPDATE.safeParse(JSON.parse(Buffer.from(body).toString()))
    return read.success ? (read.data as Update) : null
  } catch {
    return null
  }
}
