import { z } from 'zod'
import { CHANNELS } from '#core/address.ts'
import { DELIVERY_STATES, REASONS } from '#core/delivery.ts'
import { TRACKINGS } from '#core/share.ts'

/** The JSON of shares and deliveries: what requests are checked against, and what the OpenAPI document says. */

const when = z.iso.datetime().meta({ description: 'RFC 3339, UTC' })
const requestedTime = z.iso.datetime({ offset: true })
const via = z.enum([...CHANNELS, 'outbox'])

const targetSchema = z
  .object({
    kind: z.enum(['page', 'media', 'phone']),
    url: z.string().meta({ description: 'Normalised http(s) URL, or `tel:` URI' }),
    title: z.string(),
    media: z.enum(['video', 'audio', 'image']).optional(),
    number: z.string().optional().meta({ description: 'Of a phone: E.164, or a short code' }),
    region: z.string().nullable().optional(),
    postdial: z.string().optional().meta({ description: 'Dialled after the number' }),
  })
  .meta({ id: 'Target' })

export const deliverySchema = z
  .object({
    id: z.string(),
    recipient: z
      .string()
      .nullable()
      .meta({ description: 'As written; null once it was deleted (IDENTIFY_DAYS)' }),
    name: z.string().nullable(),
    channel: z.enum(CHANNELS),
    address: z.string().nullable(),
    state: z.enum(DELIVERY_STATES),
    link: z.string().meta({ description: "The recipient's own link" }),
    via: via.meta({ description: 'What carries it; `outbox` where it is only kept' }),
    attempts: z.int().min(0),
    tracked: z.boolean(),
    firstOpenedAt: when.nullable(),
    opens: z.int().min(0).meta({ description: 'All human visits' }),
    doubtful: z.boolean().meta({ description: 'Opened, perhaps by a scanner' }),
    error: z.object({ code: z.enum(REASONS), detail: z.string() }).nullable(),
    dueAt: when.nullable().meta({ description: 'When it is sent, or tried again' }),
    changedAt: when,
    replaces: z.string().nullable().meta({ description: 'The delivery it was sent in place of' }),
  })
  .meta({ id: 'Delivery' })

export const rejectedSchema = z
  .object({
    recipient: z.string().meta({ description: 'As written' }),
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: 'RejectedRecipient' })

const warningSchema = z
  .object({
    code: z.enum([
      'homograph',
      'misspelt_domain',
      'doubtful_number',
      'premium_number',
      'wap_by_sms',
      'note_shortened',
      'loopback_links',
      'connection_down',
      'takes_long',
    ]),
    host: z.string().optional(),
    ascii: z.string().optional(),
    recipient: z.string().optional(),
    suggestion: z.string().optional(),
    channel: z.enum(CHANNELS).optional(),
    seconds: z.number().optional(),
    number: z.string().optional(),
    count: z.int().optional(),
    segments: z.int().optional(),
  })
  .meta({ id: 'Warning' })

const costFields = {
  segments: z.int().min(0).meta({ description: 'Of all text messages and WAP pushes together' }),
  messages: z.int().min(0).meta({ description: 'How many of those there are' }),
  prices: z
    .array(z.object({ amount: z.number(), currency: z.string() }))
    .meta({ description: 'By SMS_PRICES, one sum for each currency' }),
  unpriced: z.int().min(0).meta({ description: 'Messages for which there is no price' }),
}

const costSchema = z
  .object(costFields)
  .meta({ id: 'Cost', description: 'What went out, or will, by phone; what is only kept is free' })

const estimateSchema = z
  .object({
    ...costFields,
    atMost: z.boolean().meta({ description: 'Fewer segments may do' }),
    saved: z
      .int()
      .min(0)
      .meta({ description: 'Segments fewer than with quotes and dashes as written' }),
    shortenedTo: z
      .int()
      .nullable()
      .meta({ description: 'Segments of a text message in which the note has no room whole' }),
    seconds: z.int().min(0).meta({ description: 'How long sending takes at the rates allowed' }),
  })
  .meta({ id: 'Estimate' })

const shareFields = {
  id: z.string(),
  target: targetSchema,
  note: z.string(),
  tracking: z.enum(TRACKINGS),
  createdAt: when,
  sendAt: when.nullable(),
  expiresAt: when.nullable(),
  cancelledAt: when.nullable(),
  recalledAt: when.nullable(),
  revision: z
    .int()
    .min(0)
    .meta({ description: 'Rises with every change of a delivery, an open or a reply' }),
}

export const shareSchema = z
  .object({
    ...shareFields,
    deliveries: z.array(deliverySchema),
    rejected: z.array(rejectedSchema),
    warnings: z.array(warningSchema),
    cost: costSchema,
    estimate: estimateSchema
      .nullable()
      .meta({ description: 'Of those whom this request added; null in other answers' }),
  })
  .meta({ id: 'Share' })

const stateCounts = Object.fromEntries(
  DELIVERY_STATES.map((state) => [state, z.int().min(0).optional()]),
) as Record<(typeof DELIVERY_STATES)[number], z.ZodOptional<z.ZodInt>>

const shareSummarySchema = z
  .object({
    ...shareFields,
    states: z.object(stateCounts).meta({ description: 'How many deliveries stand where' }),
    opened: z.int().min(0),
    total: z.int().min(0),
  })
  .meta({ id: 'ShareSummary' })

export const shareListSchema = z
  .object({
    shares: z.array(shareSummarySchema),
    cursor: z.string().nullable().meta({ description: 'Opens the next page; null at the end' }),
  })
  .meta({ id: 'ShareList' })

const recipients = z
  .array(z.string())
  .min(1)
  .meta({
    description: 'Each one recipient, as people write them',
    example: ['bob@example.org', '+8613800138000', 'telegram:@ann', '#family'],
  })

const partial = z
  .boolean()
  .optional()
  .meta({ description: 'Send to those who can be reached, name the rest' })

export const shareRequestSchema = z
  .strictObject({
    url: z
      .string()
      .optional()
      .meta({ description: 'http(s) URL, or `tel:` URI', example: 'https://example.org/a' }),
    phone: z.string().optional().meta({
      description: 'A number to call, in place of `url`; pauses and access code may follow',
    }),
    region: z
      .string()
      .nullish()
      .meta({ description: 'Of a national number or short code', example: 'CN' }),
    kind: z.enum(['page', 'media', 'phone']).nullish(),
    title: z.string().nullish().meta({ description: '300 characters at most' }),
    note: z.string().nullish().meta({ description: '2,000 characters at most' }),
    recipients,
    sendAt: requestedTime.nullish().meta({ description: 'In the future, within a year' }),
    expiresAt: requestedTime.nullish(),
    tracking: z.enum(TRACKINGS).nullish(),
    partial,
  })
  .meta({ id: 'ShareRequest' })

export const recipientsRequestSchema = z
  .strictObject({
    recipients,
    partial,
    replaces: z
      .string()
      .nullish()
      .meta({ description: 'A delivery of this share that these are sent in place of' }),
  })
  .meta({ id: 'RecipientsRequest' })

export type ShareJson = z.output<typeof shareSchema>
export type ShareSummaryJson = z.output<typeof shareSummarySchema>
export type DeliveryJson = z.output<typeof deliverySchema>
export type TargetJson = z.output<typeof targetSchema>
export type CostJson = z.output<typeof costSchema>
export type EstimateJson = z.output<typeof estimateSchema>
export type WarningJson = z.output<typeof warningSchema>
export type ShareRequestJson = z.output<typeof shareRequestSchema>
