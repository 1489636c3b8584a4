import type { ContactStore } from '#ports/store/accounts.ts'
import { nameKey } from '../name-key.ts'
import type { MemoryDeps } from './state.ts'

export function createMemoryContacts({ state }: MemoryDeps): ContactStore {
  return {
    async put(contact) {
      const key = nameKey(contact.name)
      for (const other of state.contacts.values()) {
        if (other.account !== contact.account && other.id === contact.id) return 'taken'
        const namesake = other.account === contact.account && nameKey(other.name) === key
        if (namesake && other.id !== contact.id) return 'taken'
      }
      state.contacts.set(contact.id, contact)
      return contact
    },
    async get(account, id) {
      const contact = state.contacts.get(id)
      return contact?.account === account ? contact : null
    },
    async list(account) {
      return [...state.contacts.values()]
        .filter((contact) => contact.account === account)
        .sort((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1))
    },
    async remove(account, id) {
      return state.contacts.get(id)?.account === account && state.contacts.delete(id)
    },
    async notes(account) {
      return state.notes.get(account) ?? []
    },
    async setNotes(account, notes) {
      state.notes.set(account, [...notes])
    },
  }
}
