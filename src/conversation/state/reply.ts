import { z } from 'zod'
import type { AccountId } from '#core/ids.ts'
import { LOCALES } from '#core/locale.ts'
import { shareId } from './ids.ts'
import { screenSchema } from './screen.ts'

/** Where a screen belongs among the messages of a chat. */
const placeSchema = z.discriminatedUnion('kind', [
  /** A message of its own. */
  z.object({ kind: z.literal('message') }),
  /** In place of the message whose button was pressed. */
  z.object({ kind: z.literal('instead') }),
  /** The card of what is being written: there is one at a time whose buttons count. */
  z.object({ kind: z.literal('card') }),
  /** Shows how a share stands from here on: in place of what was pressed, or anew. */
  z.object({
    kind: z.literal('status'),
    share: shareId,
    account: z.custom<AccountId>((value) => typeof value === 'string'),
    revision: z.number(),
    locale: z.enum(LOCALES),
    anew: z.boolean(),
    /** The group that is told that something was shared; null: none. */
    announceIn: z.string().nullable(),
  }),
  /** For everybody in a group, at once. */
  z.object({ kind: z.literal('group'), chat: z.string() }),
])

export const replySchema = z.object({ place: placeSchema, screen: screenSchema }).readonly()

/** A screen, and where it belongs. */
export type Reply = z.infer<typeof replySchema>
export type Place = z.infer<typeof placeSchema>
