import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = new URL('../', import.meta.url).pathname
const DOCUMENTS = globSync('{*.md,docs/**/*.md,src/**/*.md,adapters/**/*.md,test/**/*.md}', {
  cwd: ROOT,
})

test.each(DOCUMENTS)('every link in %s leads to something', (path) => {
  const text = readFileSync(resolve(ROOT, path), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link)
  const broken = links.filter((link) => !existsSync(resolve(ROOT, dirname(path), link)))
  expect(broken).toEqual([])
})
