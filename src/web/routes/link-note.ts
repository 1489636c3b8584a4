import { z } from 'zod'
import { PLATFORMS } from '#core/identity.ts'
import type { AccountId, ConnectionId } from '#core/ids.ts'
import type { PageContext } from '../context.ts'

const accountId = z.string().transform((id) => id as AccountId)
const user = z.object({
  platform: z.enum(PLATFORMS),
  connection: z.string().transform((id) => id as ConnectionId),
  id: z.string(),
  handle: z.string().nullable(),
  name: z.string(),
})

/** A PIN that this browser was shown for a user of a platform; `of`: the hash of the link's secret. */
export const pinNote = createNote(
  'passalong.pin',
  '/link',
  z.object({ of: z.string(), account: accountId, user, pin: z.string(), until: z.number() }),
)

/** A link that this browser began, for a chat of the platform. */
export const startNote = createNote(
  'passalong.start',
  '/account/chats',
  z.object({
    platform: z.enum(PLATFORMS),
    account: accountId,
    secret: z.string(),
    until: z.number(),
  }),
)

interface Note<T> {
  /** Null: none, run out, or not written by us. */
  read(ctx: PageContext, now: number): T | null
  write(ctx: PageContext, value: T, forMs: number): void
  drop(ctx: PageContext): void
}

/**
 * What a browser was shown of a link that is being made, in a signed cookie of those pages alone, so that they can be
 * loaded again, be left for the chat and come back to: the store has nothing but hashes.
 */
function createNote<T extends { readonly until: number }>(
  name: string,
  path: string,
  schema: z.ZodType<T>,
): Note<T> {
  const options = { path, httpOnly: true, sameSite: 'lax', signed: true } as const
  return {
    read(ctx, now) {
      const note = parse(ctx.cookies.get(name, { signed: true }), schema)
      return note && note.until > now ? note : null
    },
    write(ctx, value, forMs) {
      const text = Buffer.from(JSON.stringify(value)).toString('base64url')
      ctx.cookies.set(name, text, { ...options, maxAge: forMs })
    },
    drop: (ctx) => {
      ctx.cookies.set(name, null, options)
    },
  }
}

function parse<T>(text: string | undefined, schema: z.ZodType<T>): T | null {
  if (!text) return null
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    return null
  }
}
