/** One page of a listing; `cursor` opens the next, null at the end. Opaque to callers. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly cursor: string | null
}

export interface PageRequest {
  readonly limit: number
  readonly cursor: string | null
}
