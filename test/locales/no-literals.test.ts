import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

const SOURCES = ['src/conversation', 'bots'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
)

/** What only whoever runs the service reads: comments, the log, faults of ours. */
const NOT_SAID =
  /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$|logger\.\w+\((?:[^()]|\([^()]*\))*\)|new (?:Type)?Error\([^)]*\)/gm
/** Patterns, which read what people write. */
const PATTERN = /(?<=[(=:,[]\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g
const LITERAL = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

/** Two words beside each other, or a letter of a language that is written without spaces. */
const SPOKEN = /\p{L}{2,}[,.!?]? \p{L}{2,}|\p{Script=Han}/u
/** What the log says begins small, or with whom it is about. */
const LOGGED = /^['"`](?:\p{Ll}|Telegram )/u

/** Texts in a source that a person might be shown. */
function spokenIn(source: string): readonly string[] {
  const code = source.replace(NOT_SAID, '').replace(PATTERN, '')
  const literals = code.match(LITERAL) ?? []
  return literals
    .map((literal) => literal.replace(/\$\{[^}]*\}/g, ''))
    .filter((literal) => SPOKEN.test(literal) && !LOGGED.test(literal))
}

test('no bot says anything that is not in the catalogue', () => {
  expect(SOURCES.length).toBeGreaterThan(100)
  const found = SOURCES.flatMap((file) => {
    const spoken = spokenIn(readFileSync(join(ROOT, file), 'utf8'))
    return spoken.length > 0 ? [{ file, spoken }] : []
  })
  expect(found).toEqual([])
})

test.each([
  ["texts: 'Send it now'"],
  ['body: `Sent to $' + '{count} people`'],
  ["label: '发送'"],
  ['say("Hello there")'],
])('this would be found: %s', (source) => {
  expect(spokenIn(source)).toHaveLength(1)
})

test.each([
  ["logger.error({ err: error }, 'a message could not be shown')"],
  ["throw new Error('nobody shares this')"],
  ['// what is said here'],
  ['const ADD = /^(?:add|添加)(?:\\s+|$)/i'],
  ["warn('the platform does not answer')"],
  ["texts('chat.people.ask')"],
])('this is said to nobody: %s', (source) => {
  expect(spokenIn(source)).toEqual([])
})
