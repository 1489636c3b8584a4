import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { readable } from '#src/compose/logger.ts'

const ERRORS = new URL('../../src/core/errors.ts', import.meta.url).href
const LOGGER = new URL('../../src/compose/logger.ts', import.meta.url).href

/** What a process with our logger writes to stderr. */
function logged(level: string, call: string): string {
  const program = `import { createLogger } from '${LOGGER}'; const log = createLogger('${level}', false); ${call}`
  const args = ['--input-type=module', '-e', program]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr
}

describe('a line for people', () => {
  test('has the time, the level, the message and what belongs to it', () => {
    const line =
      '{"level":"warn","time":"2026-06-01T12:04:05.678Z","msg":"it waits","lane":"email"}'
    expect(readable(line)).toBe('12:04:05 warn  it waits lane="email"\n')
  })

  test('shows where an error came from below', () => {
    const line =
      '{"level":"error","time":"2026-06-01T12:04:05.678Z","msg":"failed","err":{"stack":"Error: x\\n    at y"}}'
    expect(readable(line)).toBe('12:04:05 error failed\n  Error: x\n      at y\n')
  })
})

test('a line for people says why something is away', () => {
  const err = { code: 'unavailable', message: 'It is away.', why: 'connect ECONNREFUSED' }
  const line = JSON.stringify({ level: 'warn', time: '2026-06-01T12:04:05.678Z', msg: 'm', err })
  expect(readable(line)).toBe('12:04:05 warn  m\n  connect ECONNREFUSED\n')
})

describe('a line for programs', () => {
  test('is JSON, and hides what may be secret', () => {
    const call = `log.warn({ token: 'hunter2', smtp: { auth: 'hunter2', host: 'h' } }, 'm')`
    const line = logged('info', call)
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', msg: 'm', smtp: { host: 'h' } })
    expect(line).not.toContain('hunter2')
  })

  test('does not quote what Redis refused: that may be a password', () => {
    const call = `const err = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['hunter2'] } })
      log.error({ err }, 'm')`
    const line = logged('info', call)
    expect(JSON.parse(line)).toMatchObject({ err: { message: 'WRONGPASS' } })
    expect(line).not.toContain('hunter2')
  })

  test('says of an outage why, without a stack, unless details are asked for', () => {
    const call = `const { PassalongError } = await import('${ERRORS}')
      const err = new PassalongError('unavailable', 'It is away.', { cause: new Error('ECONNREFUSED') })
      log.warn({ err }, 'm')`
    const { err } = JSON.parse(logged('info', call))
    expect(err).toEqual({ code: 'unavailable', message: 'It is away.', why: 'ECONNREFUSED' })
    expect(JSON.parse(logged('debug', call)).err.stack).toContain('ECONNREFUSED')
  })

  test('has the stack of what nobody foresaw', () => {
    const line = logged('info', `log.error({ err: new TypeError('x') }, 'm')`)
    expect(JSON.parse(line).err.stack).toContain('TypeError: x\n')
  })

  test('is left out below the level that is set', () => {
    expect(logged('warn', `log.info({}, 'm')`)).toBe('')
  })
})

test('a line for people holds nothing that a terminal would obey', () => {
  const err = { stack: 'Error: \x1b]0;owned\x07\x1b[2Jgone\x9b31m\n    at here' }
  const line = JSON.stringify({ level: 'warn', time: '2026-01-01T12:00:00.000Z', msg: 'm', err })
  const shown = readable(line)
  expect(shown).toContain('gone')
  expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
})
