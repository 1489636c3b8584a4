/** What a row of a table of ours holds, by the columns that were asked for. */
export function as<T>(row: object): T {
  return row as unknown as T
}
