import { z } from 'zod'

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
const many = (value: unknown): unknown => {
  if (value === undefined || value === '') return []
  return Array.isArray(value) ? value : [value]
}

/** A field of a form or a query: its first value, cut short of abuse, empty where it is missing. */
export const textField = z.preprocess(
  first,
  z
    .string()
    .catch('')
    .transform((text) => text.slice(0, 32_000)),
)

/** The same, without white space around it. */
export const lineField = textField.transform((text) => text.trim())

/** Ticked boxes of one name. */
export const listField = z.preprocess(many, z.array(z.string()).max(2000).catch([]))

/** A ticked box. */
export const flagField = z.preprocess((value) => value !== undefined && value !== '', z.boolean())

/** Reads the fields that a schema names; whatever else was sent is left out. Never throws. */
export function readFields<S extends z.ZodRawShape>(
  shape: S,
  fields: unknown,
): z.output<z.ZodObject<S>> {
  const named = typeof fields === 'object' && !Array.isArray(fields) ? fields : null
  return z.object(shape).parse(named ?? {})
}

/** Lines that hold something, trimmed. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
}
