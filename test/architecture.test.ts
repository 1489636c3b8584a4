import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/**
 * The layers, and what each may import beside itself. `compose` is everything that wires and starts. Layers that
 * hold no file yet are bound from their first one on.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  locales: [],
  core: ['locales'],
  ports: ['core'],
  engine: ['core', 'ports', 'locales'],
  conversation: ['core', 'ports', 'engine', 'locales'],
  web: ['core', 'ports', 'engine', 'locales'],
  bots: ['core', 'ports', 'engine', 'conversation', 'locales'],
  adapters: ['core', 'ports', 'locales'],
  compose: ['core', 'ports', 'engine', 'conversation', 'locales', 'web', 'bots', 'adapters'],
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

const IO = /^node:(fs|https?|http2|dns|dgram|child_process|worker_threads|sqlite|tls|os|timers)/

interface Import {
  readonly file: string
  readonly target: string
}

const FILES = ['src', 'adapters', 'bots'].flatMap((folder) => typeScriptBelow(join(ROOT, folder)))
const IMPORTS = FILES.flatMap((file) => importsOf(relative(ROOT, file), readFileSync(file, 'utf8')))

describe('imports run one way', () => {
  test.each(Object.keys(MAY_IMPORT))('%s imports nothing but what it may', (layer) => {
    expect(wrongWay(IMPORTS.filter(({ file }) => layerOf(file) === layer))).toEqual([])
  })

  test('every file belongs to a layer', () => {
    const homeless = FILES.map((file) => relative(ROOT, file)).filter(
      (file) => !Object.hasOwn(MAY_IMPORT, layerOf(file)),
    )
    expect(homeless).toEqual([])
  })

  test.each([
    ['src/core/address.ts', "import type { Channel } from '#ports/channel.ts'"],
    ['src/core/message/sms.ts', "import {\n  a,\n  b,\n} from '../../ports/channel.ts'"],
    ['src/ports/channel.ts', "export * from '#engine/engine.ts'"],
    ['src/ports/channel.ts', "type Clients = Map<string, import('#adapters/x.ts').Client>"],
    ['src/locales/en/web.ts', "import { isFinal } from '#core/delivery.ts'"],
    ['src/engine/status.ts', "const { createWeb } = await import('#web/web.ts')"],
    ['src/engine/status.ts', "import '../config.ts'"],
    ['src/web/web.ts', "import { createEmailChannel } from '#adapters/channels/email/email.ts'"],
    ['adapters/stores/memory/store.ts', "import { hashSecret } from '#src/engine/keys.ts'"],
    ['bots/telegram/bot.ts', "import { openSlack } from '#adapters/slack/client.ts'"],
    [
      'bots/telegram/bot.ts',
      "import { createTelegramChannel } from '#adapters/channels/telegram/telegram.ts'",
    ],
    ['adapters/channels/email/email.ts', "import { quiet } from '#test/fixtures/quiet.ts'"],
  ])('in %s this would be found: %s', (file, source) => {
    expect(wrongWay(importsOf(file, source))).toHaveLength(1)
  })

  test('a bot may use the client of its own platform', () => {
    const source = "import { openTelegram } from '#adapters/telegram/client.ts'"
    expect(wrongWay(importsOf('bots/telegram/bot.ts', source))).toEqual([])
  })

  test('rules know no library but pure ones, ports none at all', () => {
    const libraries = IMPORTS.filter(({ target }) => isPackage(target))
    const ofRules = libraries
      .filter(({ file, target }) => layerOf(file) === 'core' && !target.startsWith('node:'))
      .filter(({ target }) => !PURE.includes(target.split('/')[0] ?? ''))
    const ofPorts = libraries.filter(({ file }) => layerOf(file) === 'ports')
    expect([...ofRules, ...ofPorts]).toEqual([])
  })

  test('a port takes no vendor’s type', () => {
    // It imports no library, so that globals of Node.js and of browsers are what is left.
    const VENDORS = /\b(NodeJS|Buffer|Request|Response|Koa|Socket|Readable|Database\w*)\b/
    const wrong = FILES.filter((file) => layerOf(relative(ROOT, file)) === 'ports').filter((file) =>
      VENDORS.test(codeOf(readFileSync(file, 'utf8'))),
    )
    expect(wrong).toEqual([])
  })

  test('use cases do no I/O but by ports', () => {
    const wrong = IMPORTS.filter(
      ({ file, target }) => layerOf(file) === 'engine' && IO.test(target),
    )
    expect(wrong).toEqual([])
  })

  test('rules do no I/O', () => {
    // node:net is there for its rules of addresses; what connects is not.
    const wrong = IMPORTS.filter(({ file, target }) => layerOf(file) === 'core' && IO.test(target))
    const connecting = FILES.filter((file) => layerOf(relative(ROOT, file)) === 'core').filter(
      (file) =>
        /\b(createServer|createConnection|connect|Socket)\b.*'node:net'/.test(
          readFileSync(file, 'utf8'),
        ),
    )
    expect([...wrong, ...connecting]).toEqual([])
  })

  test('an adapter imports no adapter of another kind, but what several share', () => {
    const SHARED = ['adapters/redis', 'adapters/kannel', 'adapters/network', 'adapters/telegram']
    const kind = (path: string): string => path.split('/').slice(0, 2).join('/')
    const wrong = IMPORTS.filter(({ file }) => layerOf(file) === 'adapters').filter(
      ({ file, target }) => {
        const path = pathOfTarget(file, target)
        return path?.startsWith('adapters/') && ![...SHARED, kind(file)].includes(kind(path))
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

/** What a source imports: by statement, by re-export, lazily, or for a type alone. */
function importsOf(file: string, source: string): Import[] {
  const found = source.matchAll(
    /(?:^import|^(?:import|export)\b[^'"]*?\bfrom|^\} from|\bimport\()\s*'([^'\s]+)'/gm,
  )
  return [...found].map(([, target = '']) => ({ file, target }))
}

function wrongWay(imports: readonly Import[]): Import[] {
  return imports.filter(({ file, target }) => {
    const layer = layerOf(file)
    const other = layerOfTarget(file, target)
    if (other === undefined || other === layer || isOwnClient(file, target)) return false
    return !MAY_IMPORT[layer]?.includes(other)
  })
}

/** A bot and a channel of one platform share its client: `adapters/telegram`. */
function isOwnClient(file: string, target: string): boolean {
  const [layer, platform] = file.split('/')
  return (
    layer === 'bots' && (pathOfTarget(file, target)?.startsWith(`adapters/${platform}/`) ?? false)
  )
}

/** A source without its comments. */
function codeOf(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
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
  const base = ['adapters', 'bots', 'test'].includes(folder) ? folder : join('src', folder)
  return folder === 'src' ? join('src', ...rest) : join(base, ...rest)
}

function isPackage(target: string): boolean {
  return !target.startsWith('.') && !target.startsWith('#')
}
