import { z } from 'zod'
import { CHANNELS } from '#core/address.ts'

const gone = 'null once it was deleted (IDENTIFY_DAYS)'

const replySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    delivery: z.string().meta({ description: 'The delivery that it answers' }),
    recipient: z
      .string()
      .nullable()
      .meta({ description: `As you wrote them; ${gone}` }),
    name: z.string().nullable(),
    channel: z.enum(CHANNELS),
    text: z
      .string()
      .nullable()
      .meta({ description: `2,000 characters at most; ${gone}` }),
  })
  .meta({ id: 'Reply' })

export const repliesSchema = z
  .object({
    replies: z.array(replySchema).meta({ description: 'Newest first' }),
    cursor: z.string().nullable().meta({ description: 'Opens the next page; null at the end' }),
  })
  .meta({ id: 'Replies' })

export type ReplyJson = z.output<typeof replySchema>
export type RepliesJson = z.output<typeof repliesSchema>
