import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/** The layers, and what each may import beside itself. `compose` is everything that wires and starts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  locales: [],
  core: ['locales'],
  ports: ['core'],
  engine: ['core', 'ports', 'locales'],
  web: ['core', 'ports', 'engine', 'locales'],
  adapters: ['core', 'ports', 'locales'],
  compose: ['core', 'ports', 'engine', 'locales', 'web', 'adapters'],
}

/** Libraries that hold no I/O and no vendor's terms: rules may use them. */
const PURE = [
  'hono',
  'intl-messageformat',
  'libphonenumber-js',
  'split-sms',
  'tldts',
  'isbot',
  'bowser',
]

interface Import {
  readonly file: string
  readonly target: string
}

const FILES = ['src', 'adapters', 'bots'].flatMap((folder) => typeScriptBelow(join(ROOT, folder)))
const IMPORTS = FILES.flatMap((file) =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /(?:^import|^(?:import|export)\b[^'"]*?\bfrom|^\} from|\bimport\()\s*'([^'\s]+)'/gm,
    ),
  ].map(([, target = '']): Import => ({ file: relative(ROOT, file), target })),
)

describe('imports run one way', () => {
  test.each(Object.entries(MAY_IMPORT))('%s imports nothing but %j', (layer, allowed) => {
    const wrong = IMPORTS.filter(({ file }) => layerOf(file) === layer).filter(
      ({ file, target }) => {
        const other = layerOfTarget(file, target)
        return other !== undefined && other !== layer && !allowed.includes(other)
      },
    )
    expect(wrong).toEqual([])
  })

  test('rules and ports know no library but pure ones', () => {
    const wrong = IMPORTS.filter(({ file }) => ['core', 'ports'].includes(layerOf(file)))
      .filter(({ target }) => isPackage(target) && !target.startsWith('node:'))
      .filter(({ target }) => !PURE.includes(target.split('/')[0] ?? ''))
    expect(wrong).toEqual([])
  })

  test('rules do no I/O', () => {
    // node:net is there for its rules of addresses; what connects is not.
    const IO = /^node:(fs|http|https|dns|child_process|worker_threads|sqlite|tls|os|timers)/
    const wrong = IMPORTS.filter(({ file, target }) => layerOf(file) === 'core' && IO.test(target))
    const connecting = FILES.filter((file) => layerOf(relative(ROOT, file)) === 'core').filter(
      (file) =>
        /\b(createServer|createConnection|connect|Socket)\b.*'node:net'/.test(
          readFileSync(file, 'utf8'),
        ),
    )
    expect([...wrong, ...connecting]).toEqual([])
  })

  test('an adapter imports no adapter of another kind', () => {
    const kind = (path: string): string => path.split('/').slice(0, 2).join('/')
    const wrong = IMPORTS.filter(({ file }) => layerOf(file) === 'adapters').filter(
      ({ file, target }) => {
        const path = pathOfTarget(file, target)
        return path?.startsWith('adapters/') && kind(path) !== kind(file)
      },
    )
    expect(wrong).toEqual([])
  })
})

describe('the environment', () => {
  test('is read by the configuration, and handed on by what starts a process, alone', () => {
    const readers = FILES.map((file) => relative(ROOT, file)).filter((file) =>
      /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    expect(readers.filter((file) => layerOf(file) !== 'compose')).toEqual([])
  })
})

test('there is something to look at', () => {
  expect(FILES.length).toBeGreaterThan(100)
  expect(IMPORTS.length).toBeGreaterThan(500)
})

function typeScriptBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
      .map((path) => join(folder, path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function layerOf(file: string): string {
  if (!file.startsWith('src/')) return file.split('/')[0] ?? ''
  const folder = file.split('/')[1] ?? ''
  return Object.hasOwn(MAY_IMPORT, folder) ? folder : 'compose'
}

function layerOfTarget(file: string, target: string): string | undefined {
  const path = pathOfTarget(file, target)
  return path === undefined ? undefined : layerOf(path)
}

/** The file behind an import, from the root; undefined for packages. */
function pathOfTarget(file: string, target: string): string | undefined {
  if (target.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(file), target))
  if (!target.startsWith('#')) return undefined
  const [folder = '', ...rest] = target.slice(1).split('/')
  const base = folder === 'adapters' || folder === 'test' ? folder : join('src', folder)
  return folder === 'src' ? join('src', ...rest) : join(base, ...rest)
}

function isPackage(target: string): boolean {
  return !target.startsWith('.') && !target.startsWith('#')
}
