import type { Button } from '#ports/bot-platform.ts'
import type { Press } from '../press.ts'
import { button } from './rich.ts'

/** A part of a list, as much of it as a message shows. */
export interface Paged<T> {
  /** Counted from 0. */
  readonly page: number
  readonly last: number
  readonly items: readonly T[]
}

/** A page that is no longer there is the last one. */
export function pageOf<T>(all: readonly T[], wanted: number, perPage: number): Paged<T> {
  const last = Math.max(0, Math.ceil(all.length / perPage) - 1)
  const page = Number.isInteger(wanted) ? Math.min(Math.max(0, wanted), last) : 0
  return { page, last, items: all.slice(page * perPage, (page + 1) * perPage) }
}

/** Back and forth, where there is more than one page. */
export function pagerRow(
  { page, last }: Pick<Paged<unknown>, 'page' | 'last'>,
  turn: (to: number) => Press,
): readonly (readonly Button[])[] {
  if (last === 0) return []
  return [
    [
      ...(page > 0 ? [button(`‹ ${page}`, turn(page - 1))] : []),
      ...(page < last ? [button(`${page + 2} ›`, turn(page + 1))] : []),
    ],
  ]
}
