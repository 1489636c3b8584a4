/** What contact names are compared and ordered by: without case, one form for each character. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
