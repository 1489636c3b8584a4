import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ADAPTERS = join(import.meta.dirname, '../../../adapters/stores')

const names = readdirSync(ADAPTERS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

it('finds the adapters', () => {
  expect(names).toContain('memory')
  expect(names).toContain('sqlite')
})

const SUITES = { 'store.test.ts': 'storeContract(', 'visits.test.ts': 'visitStoreContract(' }

it.each(names)('runs the whole contract on the %s store', (name) => {
  for (const [file, call] of Object.entries(SUITES)) {
    const path = join(import.meta.dirname, name, file)
    expect(existsSync(path), `${path} is there`).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain(call)
  }
})
