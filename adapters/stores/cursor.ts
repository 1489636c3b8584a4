import { refusal } from '#core/refusal.ts'

/** The last line of a page: its time, and its id among those of the same millisecond. */
export interface Position {
  readonly at: number
  readonly id: string
}

const FORM = /^(\d{1,15})\.([0-9A-Za-z-]{1,40})$/

function cursorOf(position: Position): string {
  return Buffer.from(`${position.at}.${position.id}`).toString('base64url')
}

/** Null for the first page. Throws `invalid_request` for a cursor that no page gave. */
export function positionOf(cursor: string | null): Position | null {
  if (cursor === null) return null
  const match = FORM.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (!match?.[1] || !match[2]) {
    throw refusal('invalid_request', 'refusal.cursor', { field: 'cursor' })
  }
  return { at: Number(match[1]), id: match[2] }
}

/** Cuts a page from one line more than was asked for. */
export function pageOf<T>(
  lines: readonly T[],
  limit: number,
  position: (line: T) => Position,
): { items: readonly T[]; cursor: string | null } {
  const items = lines.slice(0, limit)
  const last = items.at(-1)
  return { items, cursor: last && lines.length > limit ? cursorOf(position(last)) : null }
}
