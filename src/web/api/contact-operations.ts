import type { Contact } from '#core/account.ts'
import {
  type ContactJson,
  contactListSchema,
  contactRequestSchema,
  contactSchema,
} from './contact-schemas.ts'
import { type Operation, operation } from './operation.ts'

const REFUSED_CONTACT = ['name_taken', 'recipients_rejected', 'conflict', 'over_quota'] as const

const listContacts = operation({
  id: 'listContacts',
  method: 'get',
  path: '/contacts',
  tag: 'Contacts',
  summary: 'Your contacts and groups, by name',
  success: [{ status: 200, description: 'All contacts', schema: contactListSchema }],
  refusals: [],
  async handle({ engine, caller }) {
    const contacts = await engine.contacts.list(caller.account.id)
    return { status: 200, body: { contacts: contacts.map(contactJson) } }
  },
})

const createContact = operation({
  id: 'createContact',
  method: 'post',
  path: '/contacts',
  tag: 'Contacts',
  summary: 'Add a contact or a group',
  body: contactRequestSchema,
  success: [
    {
      status: 201,
      description: 'The new contact',
      schema: contactSchema,
      headers: { Location: 'Path of the contact' },
    },
  ],
  refusals: REFUSED_CONTACT,
  async handle({ engine, caller, body }) {
    const contact = await engine.contacts.create(caller.account.id, body)
    const headers = { Location: `/api/v1/contacts/${contact.id}` }
    return { status: 201, body: contactJson(contact), headers }
  },
})

const getContact = operation({
  id: 'getContact',
  method: 'get',
  path: '/contacts/{id}',
  tag: 'Contacts',
  summary: 'A contact or group',
  success: [{ status: 200, description: 'The contact', schema: contactSchema }],
  refusals: [],
  async handle({ engine, caller, id }) {
    return { status: 200, body: contactJson(await engine.contacts.get(caller.account.id, id)) }
  },
})

const replaceContact = operation({
  id: 'replaceContact',
  method: 'put',
  path: '/contacts/{id}',
  tag: 'Contacts',
  summary: 'Replace a contact or group',
  body: contactRequestSchema,
  success: [{ status: 200, description: 'The contact as it is now', schema: contactSchema }],
  refusals: REFUSED_CONTACT,
  async handle({ engine, caller, id, body }) {
    const contact = await engine.contacts.replace(caller.account.id, id, body)
    return { status: 200, body: contactJson(contact) }
  },
})

const removeContact = operation({
  id: 'removeContact',
  method: 'delete',
  path: '/contacts/{id}',
  tag: 'Contacts',
  summary: 'Remove a contact or group',
  success: [{ status: 204, description: 'Removed' }],
  refusals: [],
  async handle({ engine, caller, id }) {
    await engine.contacts.remove(caller.account.id, id)
    return { status: 204 }
  },
})

export const CONTACT_OPERATIONS: readonly Operation[] = [
  listContacts,
  createContact,
  getContact,
  replaceContact,
  removeContact,
]

function contactJson(contact: Contact): ContactJson {
  const { id, kind, name, addresses, use, members } = contact
  return { id, kind, name, addresses: [...addresses], use, members: [...members] }
}
