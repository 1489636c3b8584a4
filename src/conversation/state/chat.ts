import { z } from 'zod'

export const chatSchema = z
  .object({ id: z.string(), kind: z.enum(['private', 'group']) })
  .readonly()
