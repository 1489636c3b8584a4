import { z } from 'zod'
import type { ShareId } from '#core/ids.ts'
import { LOCALES } from '#core/locale.ts'
import { chatSchema } from './chat.ts'
import { draftSchema } from './draft.ts'
import { shareId } from './ids.ts'
import { replySchema } from './reply.ts'

const VERSION = 1
/** Events of one person that are known again. */
const SEEN = 32
/** Answers that a person has given once, and how long each may be. */
const REMEMBERED = 100
const MAX_REMEMBERED = 200
/** Drafts whose buttons may still be pressed after they were sent. */
const SENT = 8

/** What a person is asked to write, where it is for no draft. */
const askedSchema = z.enum(['person', 'group', 'note', 'zone'])

const lastSchema = z
  .object({
    event: z.string(),
    replies: z.array(replySchema).readonly(),
    toast: z.string().nullable(),
    shares: z.array(shareId).readonly(),
    refused: z.boolean(),
    /** All of it was shown. */
    shown: z.boolean(),
  })
  .readonly()

const stateSchema = z
  .object({
    version: z.literal(VERSION),
    /** Said before there was an account to keep it. */
    locale: z.enum(LOCALES).nullable(),
    timeZone: z.string().nullable(),
    /** The platform's latest guess at the language. */
    heard: z.enum(LOCALES).nullable(),
    /** The handle and name that the account's pages show. */
    shownAs: z.string(),
    draft: draftSchema.nullable(),
    /** The message that shows the draft. */
    card: z.object({ chat: chatSchema, message: z.string() }).readonly().nullable(),
    asked: askedSchema.nullable(),
    /** The chat and message that was answered by a hint last: a change of it may be more. */
    hinted: z.string().nullable(),
    sent: z
      .array(z.object({ nonce: z.string(), shares: z.array(shareId).readonly() }).readonly())
      .readonly(),
    /** What was sent last, to be written on with once it was taken back. */
    undo: z.object({ share: shareId, draft: draftSchema }).readonly().nullable(),
    remembered: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
    /** Ids of events, the latest last. */
    seen: z.array(z.string()).readonly(),
    last: lastSchema.nullable(),
  })
  .readonly()

/** What is remembered of a conversation with one person, over all chats and devices. */
export type State = z.infer<typeof stateSchema>
export type LastEvent = z.infer<typeof lastSchema>
export type AskedFor = z.infer<typeof askedSchema>

export const FRESH: State = {
  version: VERSION,
  locale: null,
  timeZone: null,
  heard: null,
  shownAs: '',
  draft: null,
  card: null,
  asked: null,
  hinted: null,
  sent: [],
  undo: null,
  remembered: [],
  seen: [],
  last: null,
}

/** A state that cannot be read is begun anew: a person can write once more, but not mend it. */
export function readState(text: string): State {
  try {
    return stateSchema.parse(JSON.parse(text))
  } catch {
    return FRESH
  }
}

export function writeState(state: State): string {
  return JSON.stringify(state)
}

/** What a person answered to a question; undefined: they were not asked. */
export function recall({ remembered }: State, question: string): string | undefined {
  return remembered.findLast(([asked]) => asked === question)?.[1]
}

/** Keeps the answer, the latest ones of all; what is too long is asked again. */
export function remember(state: State, question: string, answer: string): State {
  if (question.length > MAX_REMEMBERED || answer.length > MAX_REMEMBERED) return state
  const others = state.remembered.filter(([asked]) => asked !== question)
  return { ...state, remembered: [...others, [question, answer] as const].slice(-REMEMBERED) }
}

/** The event was answered so; it is known again when it comes again. */
export function answered(state: State, last: LastEvent): State {
  return { ...state, last, seen: [...state.seen, last.event].slice(-SEEN) }
}

export function sentAs(state: State, nonce: string, shares: readonly ShareId[]): State {
  return { ...state, sent: [...state.sent, { nonce, shares }].slice(-SENT) }
}
