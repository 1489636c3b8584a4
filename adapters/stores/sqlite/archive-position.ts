import type { ArchivePosition } from '#ports/store/archive.ts'

/** The values of the last row's key. */
export type Position = readonly (string | number)[]

export function positionText(position: Position): ArchivePosition {
  return JSON.stringify(position)
}

export function positionOf(text: ArchivePosition | null): Position | null {
  return text === null ? null : JSON.parse(text)
}
