/**
 * Values that come from outside stand in a pipeline as literals: what begins with a dollar sign would be read as
 * the name of a field.
 */
export function literal<T>(value: T): { readonly $literal: T } {
  return { $literal: value }
}

/** What is there already, or the expression where nothing is: for what is written once. */
export function once(path: string, expression: unknown): object {
  return { $ifNull: [`$${path}`, expression] }
}

/** Of an update that makes the document where there is none, by stages of a pipeline. */
export const UPSERT = { upsert: true, updatePipeline: true } as const

/** The same, answered with the document as it came to be. */
export const UPSERTED = { ...UPSERT, returnDocument: 'after', lean: true } as const
