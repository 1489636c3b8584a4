import { z } from 'zod'
import { LOCALES } from '#core/locale.ts'
import { knownZone } from '#core/zoned-time.ts'

/** The JSON of a conversation in a terminal: what is typed there, and what it shows. */

const TERMINAL = /^[\w-]{8,64}$/
/** Longer than any line that is understood, with its note. */
const MAX_TYPED = 16_000
const MAX_WAIT_S = 30

export const terminalId = z.string().regex(TERMINAL)

const act = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('typed'), text: z.string().max(MAX_TYPED) })
    .meta({ description: 'A line, or a command such as `/help`' }),
  z
    .strictObject({
      kind: z.literal('pressed'),
      press: z.string().min(1).max(60).meta({ description: 'Of the button, as it was shown' }),
      message: z.string().max(64).nullable(),
    })
    .meta({ description: 'A button' }),
])

export const chatInputSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .meta({ description: 'Yours: the same input may be sent again with the same id' }),
    act,
    locale: z.enum(LOCALES).nullable().default(null),
    timeZone: z
      .string()
      .max(64)
      .nullable()
      .default(null)
      .transform((zone) => (zone === null ? null : (knownZone(zone) ?? null))),
    unattended: z.boolean().default(false).meta({
      description:
        'What is whole is sent at once, without a question and without undo, in a conversation of its own',
    }),
  })
  .meta({ id: 'ChatInput' })

const runSchema = z
  .object({
    text: z.string(),
    style: z.enum(['bold', 'italic', 'code', 'quote']).exactOptional(),
    url: z.string().exactOptional(),
  })
  .meta({ id: 'Run', description: 'Plain text with a meaning' })

const buttonSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('press'),
      label: z.string(),
      press: z.string(),
      look: z.enum(['main', 'danger']).exactOptional(),
    }),
    z.object({ kind: z.literal('url'), label: z.string(), url: z.string() }),
    z
      .object({
        kind: z.literal('send-on'),
        label: z.string(),
        url: z.string(),
        text: z.string(),
      })
      .meta({ description: 'A link to send on with a few words, by whatever can' }),
    z.object({
      kind: z.literal('pass-on'),
      label: z.string(),
      token: z.string(),
      text: z.string(),
    }),
  ])
  .meta({ id: 'Button' })

const screenSchema = z
  .object({
    body: z.array(runSchema),
    buttons: z.array(z.array(buttonSchema)).meta({ description: 'Rows of buttons' }),
    picker: z.object({ label: z.string(), max: z.int() }).exactOptional(),
    qr: z.string().exactOptional().meta({ description: 'To be shown as a QR code too' }),
    placeholder: z.string().exactOptional().meta({ description: 'What is to be typed next' }),
  })
  .meta({ id: 'Screen', description: 'One message, whole' })

const stepOf = {
  message: z.string().meta({ description: 'The message; a known one changes' }),
  order: z.int().meta({ description: 'Of two steps of one message the higher holds' }),
}

const stepSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('shown'), ...stepOf, screen: screenSchema }),
    z.object({ kind: z.literal('settled'), ...stepOf }),
  ])
  .meta({ id: 'ChatStep', description: 'A message, or the end of its buttons' })

export const chatAnswerSchema = z
  .object({
    account: z.string().nullable().meta({ description: 'Who acts, by username' }),
    steps: z.array(stepSchema),
    toast: z.string().nullable().meta({ description: 'A short word beside them' }),
    shares: z.array(z.string()).meta({ description: 'Shares that it sent' }),
    refused: z.boolean().meta({ description: 'What was asked for could not be done' }),
    draft: z.boolean().meta({ description: 'A share is being written and not sent yet' }),
  })
  .meta({ id: 'ChatAnswer' })

export const chatNewsSchema = z
  .object({
    steps: z.array(stepSchema),
    next: z.int().meta({ description: 'For `after`, next time' }),
  })
  .meta({ id: 'ChatNews' })

export const chatNewsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_WAIT_S)
    .default(0)
    .meta({ description: 'Seconds to wait for the first' }),
})

export type ChatInputJson = z.input<typeof chatInputSchema>
export type ChatAnswerJson = z.output<typeof chatAnswerSchema>
export type ChatNewsJson = z.output<typeof chatNewsSchema>
export type ChatStepJson = z.output<typeof stepSchema>
export type ScreenJson = z.output<typeof screenSchema>
