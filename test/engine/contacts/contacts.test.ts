import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { PassalongError } from '#core/errors.ts'
import type { AccountId } from '#core/ids.ts'
import { createContacts } from '#engine/contacts/contacts.ts'
import type { ContactInput, Contacts } from '#engine/engine.ts'

const ANN = 'ann' as AccountId
const EVE = 'eve' as AccountId
let contacts: Contacts

beforeEach(() => {
  const clock = createSystemClock()
  const store = createMemoryStore({}, { clock, randomBytes }).contacts
  contacts = createContacts({ store, clock, randomBytes, context: { defaultRegion: 'CN' } })
})

function person(name: string, ...addresses: readonly string[]): ContactInput {
  return { kind: 'person', name, addresses: addresses.length > 0 ? addresses : ['bob@example.org'] }
}

function group(name: string, ...members: readonly string[]): ContactInput {
  return { kind: 'group', name, members }
}

async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof PassalongError ? error.code : undefined
}

describe('a person', () => {
  test('keeps addresses in canonical writing, in order, each once', async () => {
    const made = await contacts.create(
      ANN,
      person('Mum', '138 0013 8000', 'Mum <mum@Example.ORG>', '+86 13800138000', 'wap:13800138000'),
    )
    expect(made).toMatchObject({
      addresses: [
        '+8613800138000',
        expect.stringContaining('mum@example.org'),
        'wap:+8613800138000',
      ],
      use: 'first',
    })
    expect(await contacts.get(ANN, made.id)).toEqual(made)
  })

  test.each([
    ['no address at all', { kind: 'person', name: 'Mum', addresses: [] }],
    ['an address that is none', person('Mum', 'not an address @')],
    ['another contact as an address', person('Mum', 'Dad')],
    ['a group as an address', person('Mum', '#family')],
    ['members', { ...person('Mum'), members: ['x'] }],
    ['too many addresses', person('Mum', ...Array.from({ length: 21 }, (_, i) => `a${i}@b.org`))],
  ] satisfies [string, ContactInput][])('cannot have %s', async (_, input) => {
    expect(await refusalOf(contacts.create(ANN, input))).toBe('invalid_field')
  })

  test.each(['', '  ', '#mum', 'me', 'a@example.org', '+8613800138000', 'x'.repeat(65), 'M"um'])(
    'cannot be named %j',
    async (name) => {
      expect(await refusalOf(contacts.create(ANN, person(name)))).toBe('invalid_field')
    },
  )

  test.each(['Mum', '妈妈', 'Ann Lee', "O'Brien", 'José', '张三 (work)'])(
    'can be named %s',
    async (name) => {
      expect((await contacts.create(ANN, person(name))).name).toBe(name)
    },
  )

  test('has a name of its own in the book, whatever the case', async () => {
    await contacts.create(ANN, person('Mum'))
    expect(await refusalOf(contacts.create(ANN, person('MUM')))).toBe('name_taken')
    await contacts.create(EVE, person('Mum'))
  })
})

describe('a group', () => {
  test('is written with or without #', async () => {
    expect((await contacts.create(ANN, group('#family', 'mum', 'a@example.org'))).name).toBe(
      'family',
    )
  })

  test('cannot be its own member, nor have addresses or too many members', async () => {
    expect(await refusalOf(contacts.create(ANN, group('family', '#Family')))).toBe('invalid_field')
    const many = Array.from({ length: 1_001 }, (_, i) => `a${i}@example.org`)
    expect(await refusalOf(contacts.create(ANN, group('all', ...many)))).toBe('invalid_field')
    const mixed = { ...group('mixed'), addresses: ['a@example.org'] }
    expect(await refusalOf(contacts.create(ANN, mixed))).toBe('invalid_field')
  })

  test('goes on meaning the same people when one is renamed', async () => {
    const mum = await contacts.create(ANN, person('Mum Lee'))
    const family = await contacts.create(ANN, group('family', 'mum lee', 'a@example.org'))
    await contacts.replace(ANN, mum.id, person('Mother Lee'))
    const { members } = await contacts.get(ANN, family.id)
    expect(members).toHaveLength(2)
    expect(members[0]).toContain('Mother Lee')
  })
})

describe('the book', () => {
  test('holds so much in all that it can be read at every share', async () => {
    const strangers = Array.from({ length: 900 }, (_, i) => `${'x'.repeat(55)} ${i}`)
    const fill = async (): Promise<number> => {
      for (let n = 0; n < 60; n++) {
        const refused = await refusalOf(contacts.create(ANN, group(`g${n}`, ...strangers)))
        if (refused) return n
      }
      return 60
    }
    expect(await fill()).toBeLessThan(50)
    expect(await refusalOf(contacts.create(ANN, group('late', ...strangers)))).toBe('over_quota')
    const small = await contacts.create(ANN, group('small', 'a@example.org'))
    const grown = group('small', ...strangers)
    expect(await refusalOf(contacts.replace(ANN, small.id, grown))).toBe('over_quota')
    expect(await refusalOf(contacts.replace(ANN, small.id, group('less')))).toBeUndefined()
    expect(await refusalOf(contacts.create(EVE, group('late', ...strangers)))).toBeUndefined()
  })

  test('of another is not there', async () => {
    const mum = await contacts.create(ANN, person('Mum'))
    expect(await refusalOf(contacts.get(EVE, mum.id))).toBe('not_found')
    expect(await refusalOf(contacts.replace(EVE, mum.id, person('Mum')))).toBe('not_found')
    expect(await refusalOf(contacts.remove(EVE, mum.id))).toBe('not_found')
    expect(await contacts.list(EVE)).toEqual([])
  })

  test('forgets who is removed, once', async () => {
    const mum = await contacts.create(ANN, person('Mum'))
    await contacts.remove(ANN, mum.id)
    expect(await contacts.list(ANN)).toEqual([])
    expect(await refusalOf(contacts.remove(ANN, mum.id))).toBe('not_found')
  })
})

describe('canned notes', () => {
  test('begin with some in the language asked for, until there are own ones', async () => {
    expect(await contacts.notes(ANN)).toContain('Have a look at this.')
    expect(await contacts.notes(ANN, 'zh-CN')).toContain('看看这个。')
    await contacts.setNotes(ANN, ['Mine\u0000', ' ', 'Mine', 'two\r\nlines'])
    expect(await contacts.notes(ANN, 'zh-CN')).toEqual(['Mine', 'two\nlines'])
  })

  test('are bounded in number and length', async () => {
    const many = Array.from({ length: 51 }, (_, i) => `note ${i}`)
    expect(await refusalOf(contacts.setNotes(ANN, many))).toBe('invalid_field')
    expect(await refusalOf(contacts.setNotes(ANN, ['x'.repeat(2_001)]))).toBe('invalid_field')
    expect(await refusalOf(contacts.setNotes(ANN, ['x'.repeat(1_000_000)]))).toBe('invalid_field')
  })
})
