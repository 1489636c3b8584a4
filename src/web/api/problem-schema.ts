import { z } from 'zod'
import { ERRORS, type ErrorCode } from '#core/errors.ts'
import { rejectedSchema } from './share-schemas.ts'

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

/** RFC 9457 with a stable `code`. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(CODES),
    field: z.string().optional().meta({ description: 'The part of the request at fault' }),
    reason: z.string().optional().meta({ description: 'A finer code, where there is one' }),
    errors: z.array(rejectedSchema).optional().meta({ description: 'The recipients at fault' }),
  })
  .meta({ id: 'Problem' })
