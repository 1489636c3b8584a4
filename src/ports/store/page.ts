/** One page of a listing; `cursor` opens the next, null at the end. Opaque to callers. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly cursor: string | null
}

/** `cursor`: of the page before; null for the first. */
export interface PageRequest {
  readonly limit: number
  readonly cursor: string | null
}
