import { z } from 'zod'
import type { PageRequest } from '#ports/store/page.ts'

/** `?limit&cursor` of every listing. */
export const pagingSchema = z.object({
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(100))
    .default(20)
    .meta({ override: { type: 'integer', minimum: 1, maximum: 100, default: 20 } }),
  cursor: z.string().min(1).max(200).optional().meta({ description: 'From the page before' }),
})

export function pageRequest(query: z.output<typeof pagingSchema>): PageRequest {
  return { limit: query.limit, cursor: query.cursor ?? null }
}
