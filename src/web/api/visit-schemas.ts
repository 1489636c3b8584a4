import { z } from 'zod'
import { VISIT_CLASSES } from '#core/visit.ts'

const when = z.iso.datetime()
const count = z.int().min(0)

const visitSchema = z
  .object({
    delivery: z.string(),
    at: when,
    class: z.enum(VISIT_CLASSES),
    why: z.string().meta({ description: 'What it was classed by' }),
    visitor: z
      .string()
      .nullable()
      .meta({ description: 'The same for one visitor on one day; null where not tracked' }),
    agent: z.string().nullable().meta({ description: 'Browser, system and kind of device' }),
    tracked: z.boolean(),
  })
  .meta({ id: 'Visit' })

const countsSchema = z
  .object({
    delivery: z.string(),
    human: count,
    preview: count,
    prefetch: count,
    scanner: count,
    own: count,
    untracked: count.meta({ description: 'Human visits that were not to be tracked' }),
    doubtful: z.boolean().meta({ description: "All of them may have been a scanner's" }),
    firstOpenedAt: when.nullable(),
    lastVisitAt: when.nullable(),
  })
  .meta({ id: 'DeliveryVisits' })

export const visitsSchema = z
  .object({
    visits: z.array(visitSchema).meta({ description: 'Newest first' }),
    cursor: z.string().nullable().meta({ description: 'Opens the next page; null at the end' }),
    counters: z.array(countsSchema),
    days: z.array(z.object({ day: z.iso.date(), human: count, other: count })),
    agents: z.array(z.object({ agent: z.string(), human: count })),
  })
  .meta({ id: 'Visits' })

export type VisitsJson = z.output<typeof visitsSchema>
export type VisitJson = z.output<typeof visitSchema>
export type CountsJson = z.output<typeof countsSchema>
