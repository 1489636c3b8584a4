import { z } from 'zod'
import type { Button, Run, Screen } from '#ports/bot-platform.ts'

const run = z
  .object({
    text: z.string(),
    style: z.enum(['bold', 'italic', 'code', 'quote']).exactOptional(),
    url: z.string().exactOptional(),
  })
  .readonly() satisfies z.ZodType<Run>

const button = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('press'),
    label: z.string(),
    press: z.string(),
    look: z.enum(['main', 'danger']).exactOptional(),
  }),
  z.object({ kind: z.literal('url'), label: z.string(), url: z.string() }),
  z.object({
    kind: z.literal('send-on'),
    label: z.string(),
    url: z.string(),
    text: z.string(),
  }),
  z.object({
    kind: z.literal('pass-on'),
    label: z.string(),
    token: z.string(),
    text: z.string(),
  }),
]) satisfies z.ZodType<Button>

/** A screen as it is remembered, to be shown again. */
export const screenSchema = z
  .object({
    body: z.array(run).readonly(),
    buttons: z.array(z.array(button).readonly()).readonly(),
    picker: z.object({ label: z.string(), max: z.number() }).readonly().exactOptional(),
    qr: z.string().exactOptional(),
    placeholder: z.string().exactOptional(),
  })
  .readonly() satisfies z.ZodType<Screen>
