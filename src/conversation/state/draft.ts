import { z } from 'zod'
import { chatSchema } from './chat.ts'
import { deliveryId, shareId } from './ids.ts'

/** Where a draft stands: what its card asks, and what a text that is typed is taken for. */
const STEPS = [
  /** No link yet. */
  'target',
  /** Which of several links is meant. */
  'which',
  'people',
  /** Choosing from the book. */
  'book',
  'note',
  'title',
  'when',
  'zone',
  'edit',
  /** The summary, with Send. */
  'check',
] as const

const personSchema = z
  .object({
    /** As the sender wrote it. */
    written: z.string(),
    /** In canonical writing; null: not understood. */
    as: z.string().nullable(),
    /** The sender was asked about it, or chose it from what they know. */
    sure: z.boolean(),
  })
  .readonly()

const coreSchema = z.object({
  /** Names it in presses; the key that it is accepted by. */
  nonce: z.string(),
  /** Where it was begun: a group hears of it when it is sent. */
  chat: chatSchema,
  /** The chat and message that it was read from, so that a change of it is known. */
  source: z.string().nullable(),
  /** What that message says. */
  said: z.string(),
  step: z.enum(STEPS),
  /** Of the book. */
  page: z.number(),
  /** The links that it may be about, where that has to be asked. */
  choices: z.array(z.string()).readonly(),
  /** The public address of the post that was forwarded. */
  post: z.string().nullable(),
  /** Each becomes a share of its own. */
  urls: z.array(z.string()).readonly(),
  /** What the pages behind them call themselves: sent as it was shown, where the sender gives no title. */
  pageTitles: z.array(z.string()).readonly(),
  /** Where a short code is dialled. */
  region: z.string().nullable(),
  /** The sender's own; null: as the page calls itself. */
  title: z.string().nullable(),
  /** Words that came with the link, offered as a note. */
  words: z.string(),
  /** Null: not asked for yet; empty: none. */
  note: z.string().nullable(),
  people: z.array(personSchema).readonly(),
  /** Recipients as typed, which could not be read yet. */
  unread: z.string(),
  sendAt: z.number().nullable(),
  /** The share that people are added to; null: it is a new one. */
  addTo: shareId.nullable(),
  /** The delivery in whose place another address is written to, and whose it is. */
  replaces: z.object({ id: deliveryId, who: z.string() }).readonly().nullable(),
})

/** A share that is being written. */
export const draftSchema = coreSchema
  .extend({
    /** Something else to share came meanwhile: which of them is meant is asked. */
    rival: coreSchema.readonly().nullable(),
  })
  .readonly()

export type Draft = z.infer<typeof draftSchema>
export type Rival = NonNullable<Draft['rival']>
export type DraftPerson = z.infer<typeof personSchema>
