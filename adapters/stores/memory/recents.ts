import { addressKey, deliveriesOf, type MemoryState } from './state.ts'

/** Addresses the account wrote to last, newest first, each once. */
export function recentsOf(
  state: MemoryState,
  account: string,
  limit: number,
): readonly { recipient: string; name: string | null }[] {
  const found = new Map<string, { recipient: string; name: string | null }>()
  const newestFirst = [...state.shares.values()]
    .filter((share) => share.account === account)
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  for (const share of newestFirst) {
    for (const { address, recipient, name } of deliveriesOf(state, share.id)) {
      if (found.size >= limit) return [...found.values()]
      if (!address || address.channel === 'carry' || recipient === null) continue
      if (found.has(addressKey(address))) continue
      found.set(addressKey(address), { recipient, name })
    }
  }
  return [...found.values()]
}
