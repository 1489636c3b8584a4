import { cleanLine } from '../text.ts'

/** The names of a sender's book, found without regard to case and width. */
export interface Book {
  find(name: string): string | undefined
  /** Whether a name of several words begins with this one. */
  begins(word: string): boolean
  /** Words of the longest name. */
  readonly words: number
}

const MAX_WORDS = 8
const books = new WeakMap<readonly string[], Book>()

/** The index of a list of names, made once for each list. */
export function bookOf(names: readonly string[]): Book {
  const known = books.get(names)
  if (known) return known
  const index = new Map(names.map((name) => [nameKey(name), name]))
  const longest = Math.max(1, ...[...index.keys()].map((key) => key.split(' ').length))
  const firstWords = new Set([...index.keys()].filter((key) => key.includes(' ')).map(firstWord))
  const book = {
    begins: (word: string) => firstWords.has(nameKey(word)),
    find: (name: string) => index.get(nameKey(name)),
    words: Math.min(longest, MAX_WORDS),
  }
  books.set(names, book)
  return book
}

function firstWord(key: string): string {
  return key.slice(0, key.indexOf(' '))
}

function nameKey(name: string): string {
  return cleanLine(name).normalize('NFKC').toLowerCase()
}
