/** What a process does of the work; any number of processes of each may run on one MongoDB and one Redis. */
export const ROLES = ['all', 'web', 'worker', 'bots'] as const
export type Role = (typeof ROLES)[number]

/** Pages, API, links, what providers call back. */
export function servesWeb(role: Role): boolean {
  return role === 'all' || role === 'web'
}

/** Due deliveries, and what must happen even when nobody asks for it. */
export function sends(role: Role): boolean {
  return role === 'all' || role === 'worker'
}

/** Whether a channel or bot that lives in one process of the role named may live in this one. */
export function mayHouse(role: Role, single: 'worker' | 'bots'): boolean {
  return role === 'all' || role === single
}
