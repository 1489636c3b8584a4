import { z } from 'zod'
import type { AccountId, ShareId } from '#core/ids.ts'
import { LOCALES } from '#core/locale.ts'
import { screenSchema } from './screen.ts'

const as = <T>(schema: z.ZodString) => schema as unknown as z.ZodType<T, string>

/** Where a screen belongs among the messages of a chat. */
export const placeSchema = z.discriminatedUnion('kind', [
  /** A message of its own. */
  z.object({ kind: z.literal('message') }),
  /** In place of the message whose button was pressed. */
  z.object({ kind: z.literal('instead') }),
  /** The card of what is being written: there is one at a time, with buttons that count. */
  z.object({ kind: z.literal('card') }),
  /** Shows how a share stands, from here on. */
  z.object({
    kind: z.literal('status'),
    share: as<ShareId>(z.string()),
    account: as<AccountId>(z.string()),
    revision: z.number(),
    locale: z.enum(LOCALES),
  }),
  /** For everybody in the group where the share was begun. */
  z.object({ kind: z.literal('group'), chat: z.string() }),
])

export const replySchema = z.object({ place: placeSchema, screen: screenSchema }).readonly()

/** A screen, and where it belongs. */
export type Reply = z.infer<typeof replySchema>
export type Place = z.infer<typeof placeSchema>
