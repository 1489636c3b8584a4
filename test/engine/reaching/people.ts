import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { PlatformUser } from '#core/identity.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'

/** A user of Telegram, as the bot sees them. */
export function telegramUser(id: string, handle: string | null = null): PlatformUser {
  const name = handle ?? `No. ${id}`
  return { platform: 'telegram', connection: DEFAULT_CONNECTION, id, handle, name }
}

export const bob = telegramUser('4711', 'Bob')
export const eve = telegramUser('666', 'eve')

/** Where a private chat goes by its user's id. */
export const reachOf = ({ id }: PlatformUser): { chat: string } => ({ chat: id })

/** A bot that can write to nobody who has not come to it, and to handles never; it knows who came by `come`. */
export function createShyChannel(): ScriptedChannel & { come(user: PlatformUser): void } {
  const here = new Map<string, string>()
  const channel = createScriptedChannel({
    name: 'telegram',
    send: ({ address }) =>
      here.has(address.value)
        ? { kind: 'accepted' }
        : { kind: 'needs-recipient', detail: 'they never started the bot' },
  })
  return {
    ...channel,
    come({ id, handle }) {
      here.set(id, handle?.toLowerCase() ?? '')
    },
    async resolve(address) {
      const [id] = [...here].find(([, handle]) => `@${handle}` === address.value) ?? []
      if (!address.value.startsWith('@')) return { kind: 'address', address }
      return id === undefined
        ? { kind: 'later' }
        : { kind: 'address', address: { ...address, value: id } }
    },
  }
}
