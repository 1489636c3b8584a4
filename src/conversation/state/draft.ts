import { z } from 'zod'
import { chatSchema } from './chat.ts'

/** Where a draft stands: what its card asks, and what a text that is typed is taken for. */
export const DRAFT_STEPS = [
  /** Which of several links is meant. */
  'which',
  /** No link yet. */
  'target',
  'people',
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
    /** The sender was asked about it, or knows it anyway. */
    sure: z.boolean(),
  })
  .readonly()

/** A share that is being written. */
export const draftSchema = z
  .object({
    /** Names it in presses; the key that it is accepted by. */
    nonce: z.string(),
    /** Where it was begun: a group hears of it when it is sent. */
    chat: chatSchema,
    /** The message it was read from, so that a change of it is known. */
    source: z.string().nullable(),
    step: z.enum(DRAFT_STEPS),
    /** What it may be, where that has to be asked. */
    choices: z.array(z.string()).readonly(),
    /** The public address of the post that was forwarded. */
    post: z.string().nullable(),
    /** Each becomes a share of its own. */
    urls: z.array(z.string()).readonly(),
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
    /** Another link came meanwhile: what to do with it is being asked. */
    rival: z
      .object({ text: z.string(), urls: z.array(z.string()).readonly() })
      .readonly()
      .nullable(),
  })
  .readonly()

export type Draft = z.infer<typeof draftSchema>
export type DraftStep = Draft['step']
export type DraftPerson = z.infer<typeof personSchema>
