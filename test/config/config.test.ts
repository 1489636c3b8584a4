import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { textsFor } from '#locales/texts.ts'
import {
  atPort,
  ConfigError,
  type Environment,
  loopbackAddress,
  placeOf,
  readConfig,
} from '#src/config.ts'

const secret = { SESSION_SECRET: 'a secret of thirty-two characters or more' }

const folder = mkdtempSync(join(tmpdir(), 'passalong-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function faultsOf(env: Environment): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.lines(textsFor('en'))
    throw error
  }
  return []
}

describe('an empty environment', () => {
  test('is a whole configuration for one process on this machine', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      baseUrl: 'http://localhost:8080',
      linkBaseUrl: 'http://localhost:8080',
      outbox: true,
      email: null,
      maxRecipients: 1000,
      recipientCap: { fromSender: 20, fromAll: 50 },
    })
    expect(config.warnings).toEqual([])
  })

  test('is the same as one of empty strings and spaces', () => {
    const empty = readConfig({ PORT: '', BASE_URL: '  ', SMTP_URL: '', SMTP_URL_FILE: '' })
    expect({ ...empty, secret: null }).toEqual({ ...readConfig({}), secret: null })
  })
})

describe('settings that depend on others', () => {
  test('BASE_URL follows PORT, LINK_BASE_URL follows BASE_URL', () => {
    expect(readConfig({ PORT: '9000' }).linkBaseUrl).toBe('http://localhost:9000')
    const config = readConfig({ BASE_URL: 'https://Go.Example.org/', PORT: '9000' })
    expect(config.baseUrl).toBe('https://go.example.org')
    expect(config.linkBaseUrl).toBe('https://go.example.org')
  })

  test('a port that the system chose moves only addresses that were derived from it', () => {
    expect(atPort(readConfig({ PORT: '0' }), 4711).baseUrl).toBe('http://localhost:4711')
    const named = readConfig({ PORT: '0', BASE_URL: 'https://go.example.org' })
    expect(atPort(named, 4711)).toMatchObject({ port: 4711, baseUrl: 'https://go.example.org' })
  })

  test.each([
    [{}, true],
    [{ BASE_URL: 'https://go.example.org' }, false],
    [{ BASE_URL: 'https://go.example.org', OUTBOX: 'on' }, true],
    [{ OUTBOX: 'off' }, false],
    [{ BASE_URL: 'http://127.0.0.1:9' }, true],
    [{ MONGODB_URI: 'mongodb://h/db', ...secret }, false],
    [{ MONGODB_URI: 'mongodb://h/db', OUTBOX: 'on', ...secret }, true],
  ])(
    'the outbox stands in on the embedded store with a loopback address, or as told: %j',
    (env, active) => {
      expect(readConfig(env).outbox).toBe(active)
    },
  )

  test.each([
    [{}, { name: 'BASE_URL', url: 'http://localhost:8080' }],
    // Stop links start with BASE_URL.
    [
      { LINK_BASE_URL: 'https://l.example.org' },
      { name: 'BASE_URL', url: 'http://localhost:8080' },
    ],
    [
      { BASE_URL: 'https://go.example.org', LINK_BASE_URL: 'http://127.0.0.1:9' },
      { name: 'LINK_BASE_URL', url: 'http://127.0.0.1:9' },
    ],
    [{ BASE_URL: 'https://go.example.org' }, null],
  ])('of %j this one leads to this machine only: %j', (env, address) => {
    expect(loopbackAddress(readConfig(env))).toEqual(address)
  })

  test('mail comes from MAIL_FROM, else from the SMTP user, else from the host', () => {
    const from = (env: Environment) => readConfig(env).email?.from
    expect(from({ SMTP_URL: 'smtp://h', MAIL_FROM: 'Go <go@example.org>' })).toEqual({
      name: 'Go',
      address: 'go@example.org',
    })
    expect(from({ SMTP_URL: 'smtp://ann%40example.org:x@h' })?.address).toBe('ann@example.org')
    const hosted = { SMTP_URL: 'smtp://u:x@h', BASE_URL: 'https://go.example.org' }
    expect(from(hosted)?.address).toBe('passalong@go.example.org')
  })
})

describe('several processes', () => {
  const shared = { MONGODB_URI: 'mongodb://h/db', REDIS_URL: 'redis://h', ...secret }

  test.each(['all', 'web', 'worker', 'bots'] as const)('may each do a part: %s', (role) => {
    const config = readConfig({ ...shared, ROLE: role, BASE_URL: 'https://go.example.org' })
    expect(config).toMatchObject({ role, embedded: false, sharedQueue: true, warnings: [] })
  })

  test('are warned of links that lead to one of them alone', () => {
    const { warnings } = readConfig({ ...shared, ROLE: 'worker' })
    expect(warnings.map(({ name }) => name)).toEqual(['BASE_URL'])
  })

  test('need no Redis while one alone sends, and Redis needs no MongoDB', () => {
    const { MONGODB_URI, REDIS_URL } = shared
    expect(readConfig({ MONGODB_URI, ...secret })).toMatchObject({
      embedded: false,
      sharedQueue: false,
    })
    expect(readConfig({ REDIS_URL })).toMatchObject({ embedded: true, sharedQueue: true })
  })

  test.each([
    'mongodb://h',
    'mongodb://a:27017,b:27018/db?replicaSet=rs0',
    'mongodb://user:p%40ss@h:27017/db',
    'mongodb+srv://user@cluster.example.org/db',
  ])('find MongoDB by %s', (MONGODB_URI) => {
    expect(faultsOf({ MONGODB_URI, ...secret })).toEqual([])
  })

  test.each(['mongodb:h', 'mongodb://', 'http://h/db', 'mongodb://a,,b/db', 'mongodb://user:@/db'])(
    'do not find it by %s',
    (MONGODB_URI) => {
      expect(faultsOf({ MONGODB_URI, ...secret })).toEqual([
        expect.stringMatching(/^MONGODB_URI: .*mongodb:/),
      ])
    },
  )
})

describe('faults', () => {
  test('are all reported together, each with its mend', () => {
    const lines = faultsOf({ PORT: '99999', LOG_LEVEL: 'loud', TRUSTED_PROXIES: '10.0.0.0/33' })
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe('PORT: Write a whole number from 0 to 65535.')
    expect(lines[1]).toMatch(/^LOG_LEVEL: Write one of: fatal, error/)
    expect(lines[2]).toMatch(/^TRUSTED_PROXIES: .*10\.0\.0\.0\/8/)
  })

  test.each([
    ['PORT', '8e3'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['BASE_URL', 'go.example.org'],
    ['BASE_URL', 'ftp://go.example.org'],
    ['BASE_URL', 'https://go.example.org/path'],
    ['BASE_URL', 'https://user@go.example.org'],
    ['ROLE', 'king'],
    ['IDENTIFY_DAYS', '0'],
    ['DEFAULT_REGION', 'XX'],
    ['OPERATOR', 'not@an@address'],
    ['OPERATOR', 'mum'],
    ['RECIPIENT_CAP', '50,20'],
    ['RECIPIENT_CAP', 'many'],
    ['SMTP_URL', 'mail.example.org'],
    ['SMTP_URL', 'http://mail.example.org'],
    ['SESSION_SECRET', 'short'],
    ['SMS_PRICES', '+86=free'],
    ['SMS_MAX_SEGMENTS', '0'],
    ['SMS_MAX_SEGMENTS', '11'],
    ['SMS_MAX_SEGMENTS', '2.5'],
    ['TELEGRAM_BOT_TOKEN', 'AAF-secret-alone'],
    ['TELEGRAM_BOT_TOKEN', '4711:AAF/../x'],
    ['TELEGRAM_WEBHOOK_SECRET', 'a b'],
  ])('%s is refused as %s', (name, value) => {
    expect(faultsOf({ [name]: value })[0]).toMatch(new RegExp(`^${name}: `))
  })

  test('never show the value of a secret', () => {
    const text = 'hunter2-hunter2'
    const env = { SESSION_SECRET: text, SMTP_URL: text, DKIM_PRIVATE_KEY: text }
    expect(faultsOf(env).join('\n')).not.toContain('hunter2')
  })

  test('tell of a DKIM key that mail cannot be signed with', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const env = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'a', DKIM_PRIVATE_KEY: pem }
    expect(faultsOf(env)[0]).toMatch(/DKIM_PRIVATE_KEY: .*RSA/)
  })

  test('in one of several that go together are told once', () => {
    const env = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'a', DKIM_PRIVATE_KEY: 'not a key' }
    expect(faultsOf(env)).toHaveLength(1)
  })

  test.each([
    [{ DKIM_DOMAIN: 'example.org' }, /DKIM_SELECTOR, DKIM_PRIVATE_KEY/],
    [{ TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 't' }, /TWILIO_FROM/],
    [{ MATRIX_HOMESERVER_URL: 'https://m.example.org' }, /MATRIX_ACCESS_TOKEN \/ MATRIX_PASSWORD/],
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_SIGNING_SECRET \/ SLACK_APP_TOKEN/],
  ])('name what is missing beside %j', (env, mend) => {
    expect(faultsOf(env).join('\n')).toMatch(mend)
  })

  test.each([
    [{ ROLE: 'worker' }, [/^ROLE: worker .*MONGODB_URI, REDIS_URL/, /^SESSION_SECRET: /]],
    [{ ROLE: 'web', MONGODB_URI: 'mongodb://h/db' }, [/^ROLE: .*REDIS_URL/, /^SESSION_SECRET: /]],
    [{ ROLE: 'bots', ...secret }, [/^ROLE: .*MONGODB_URI, REDIS_URL/]],
    [{ MONGODB_URI: 'mongodb://h/db' }, [/^SESSION_SECRET: .*the same in every process/]],
    [{ REDIS_URL: 'redis://h/passalong' }, [/^REDIS_URL: .*number of a database/]],
    [{ MONGODB_URI: 'h/db', ROLE: 'web', ...secret }, [/^MONGODB_URI: /, /^ROLE: .*REDIS_URL/]],
  ])('name what several processes must share: %j', (env: Environment, mends) => {
    const lines = faultsOf(env)
    expect(lines).toHaveLength(mends.length)
    for (const [at, mend] of mends.entries()) expect(lines[at]).toMatch(mend)
  })

  test('have a sentence in Chinese too', () => {
    try {
      readConfig({ PORT: 'x' })
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      expect(error.lines(textsFor('zh-CN'))).toEqual(['PORT: 请填写 0 到 65535 之间的整数。'])
    }
  })
})

describe('secrets', () => {
  test('come from NAME_FILE, and are read again at each call', () => {
    const file = join(folder, 'smtp-url')
    writeFileSync(file, 'smtp://u:one@h\n')
    const { secret, email } = readConfig({ SMTP_URL_FILE: file })
    expect(email).not.toBeNull()
    expect(secret('SMTP_URL')).toBe('smtp://u:one@h')
    writeFileSync(file, 'smtp://u:two@h')
    expect(secret('SMTP_URL')).toBe('smtp://u:two@h')
  })

  test('stand as they were while their file is gone or holds nonsense', () => {
    const file = join(folder, 'token')
    writeFileSync(file, 'smtp://u:one@h')
    const { secret } = readConfig({ SMTP_URL_FILE: file })
    expect(secret('SMTP_URL')).toBe('smtp://u:one@h')
    writeFileSync(file, 'half writ')
    expect(secret('SMTP_URL')).toBe('smtp://u:one@h')
    rmSync(file)
    expect(secret('SMTP_URL')).toBe('smtp://u:one@h')
  })

  test('that are given twice, or in a file that is not there, are faults', () => {
    expect(faultsOf({ METRICS_TOKEN: 'a', METRICS_TOKEN_FILE: '/b' })[0]).toMatch(/Keep one/)
    expect(faultsOf({ METRICS_TOKEN_FILE: join(folder, 'no') })[0]).toMatch(/ENOENT/)
  })
})

test.each([
  ['mongodb://ann:hunter2@a:27017,b/db?replicaSet=rs0', 'a:27017,b/db'],
  ['redis://:hunter2@h:6379/1', 'h:6379/1'],
  ['redis://h/1?password=hun@ter2', 'h/1'],
])('nothing secret of %s is shown', (uri, place) => {
  expect(placeOf(uri)).toBe(place)
})

describe('warnings', () => {
  const warningsOf = (env: Environment) =>
    readConfig(env).warnings.map(({ key, values }) => textsFor('en')(key, values))

  test('suggest the name that a slip may have meant', () => {
    expect(warningsOf({ SMTPURL: 'x' })).toEqual([expect.stringContaining('Did you mean SMTP_URL')])
    expect(warningsOf({ BASE_ULR: 'x' })).toEqual([expect.stringContaining('BASE_URL')])
    expect(warningsOf({ DKIM_PRIVATE_KEY_FIEL: 'x' })).toEqual([
      expect.stringContaining('DKIM_PRIVATE_KEY_FILE'),
    ])
    expect(warningsOf({ TELEGRAM_TOKEN_OF_BOT: 'x' })).toHaveLength(1)
  })

  test('leave the names of others alone', () => {
    expect(warningsOf({ HOME: '/', PATH: '/', HOSTNAME: 'h', MAIL: '/m', NODE_ENV: 'x' })).toEqual(
      [],
    )
  })

  test('say what is set and cannot be used yet', () => {
    const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }
    expect(warningsOf({ ...slack, REDIS_URL: 'redis://h' })).toHaveLength(1)
    expect(warningsOf({ TELEGRAM_BOT_TOKEN: '1:a' })).toEqual([])
  })

  test('say nothing of who may make an account', () => {
    for (const signup of ['open', 'invite', 'closed']) {
      expect(warningsOf({ SIGNUP: signup })).toEqual([])
      expect(readConfig({ SIGNUP: signup }).signup).toBe(signup)
    }
    expect(readConfig({}).signup).toBe('invite')
  })
})
