import type { ChatRef } from '#ports/bot-platform.ts'

/** Where a message goes: a chat, and the topic of it where the group has some. */
export interface Place {
  readonly chat: string
  /** Null: the group has none, or its general one is meant. */
  readonly topic: number | null
}

/** As the conversation knows it: `-1001234`, or `-1001234/77` in a topic. */
export function writePlace(chat: number, topic: number | undefined): string {
  return topic === undefined ? String(chat) : `${chat}/${topic}`
}

export function readPlace({ id }: Pick<ChatRef, 'id'>): Place {
  const [chat = '', topic] = id.split('/')
  return { chat, topic: topic === undefined ? null : Number(topic) }
}
