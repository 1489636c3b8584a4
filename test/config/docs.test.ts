import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { NAMES, SPEC } from '#src/config/spec.ts'
import { readConfig } from '#src/config.ts'
import { envExample, settingsTable, withTable } from '#src/docs.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('.env.example and the README say what the spec says', () => {
  expect(read('.env.example')).toBe(envExample())
  expect(withTable(read('README.md'))).toBe(read('README.md'))
})

test('.env.example is read as the defaults when all of it is uncommented', () => {
  const all = parseEnv(envExample().replaceAll(/^#([A-Z_]+=)/gm, '$1'))
  const set = Object.entries(all).filter(([name]) => !/_URL$|_ROOT$/.test(name))
  const config = readConfig(Object.fromEntries(set))
  expect({ ...config, secret: null }).toEqual({ ...readConfig({}), secret: null })
})

test('the table has a line for every variable, in markdown that holds', () => {
  const lines = settingsTable().split('\n')
  for (const name of NAMES) {
    const line = lines.find((candidate) => candidate.startsWith(`| \`${name}\``))
    expect(line).toContain(SPEC[name].description.slice(0, 20))
    expect(line?.match(/(?<!\\)\|/g)).toHaveLength(4)
  }
})

test('a README without the markers is refused', () => {
  expect(() => withTable('# Passalong')).toThrow(/README\.md needs/)
})
