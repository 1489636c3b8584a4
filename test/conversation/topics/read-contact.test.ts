import { expect, test } from 'vitest'
import { readContact } from '#conversation/topics/contacts/read-contact.ts'

const CONTEXT = { platform: 'telegram', contacts: ['Bob Lee'] } as const

test.each([
  ['Bob Lee: bob@example.org, +86 138 0013 8000', 'Bob Lee', ['bob@example.org', '+8613800138000']],
  ['李明：ming@example.org', '李明', ['ming@example.org']],
  ['Carol carol@example.org', 'Carol', ['carol@example.org']],
  ['Carol Wu <carol@example.org>', 'Carol Wu', ['carol@example.org']],
  ['Carol, carol@example.org', 'Carol', ['carol@example.org']],
  ['Carol telegram:@carol @carol2', 'Carol', ['telegram:@carol', 'telegram:@carol2']],
  ['Carol +86 138 0013 8000', 'Carol', ['+8613800138000']],
])('a person: %s', (written, name, addresses) => {
  expect(readContact('person', written, CONTEXT)).toEqual({ kind: 'person', name, addresses })
})

test('a group has contacts and addresses', () => {
  expect(readContact('group', '#family: Bob Lee, ann@example.org', CONTEXT)).toEqual({
    kind: 'group',
    name: 'family',
    members: ['"Bob Lee"', 'ann@example.org'],
  })
})

test('without a name, or anybody behind it, it is none', () => {
  for (const written of ['bob@example.org', 'Bob', 'Bob:', ': bob@example.org', '']) {
    expect(readContact('person', written, CONTEXT)).toBeUndefined()
  }
})
