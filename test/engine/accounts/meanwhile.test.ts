/** What is under way when an account's password or mailbox becomes another. */
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { Account } from '#core/account.ts'
import type { Instant } from '#core/ids.ts'
import type { MailRequest } from '#engine/accounts/mails.ts'
import type { Accounts } from '#engine/engine.ts'
import type { Store } from '#ports/store/store.ts'
import { accountsOn } from '#test/fixtures/accounts.ts'
import { IP, PASSWORD } from './world.ts'

const FRESH = 'another long one'
let store: Store
let accounts: Accounts
let ann: Account
let sent: MailRequest[]

beforeEach(async () => {
  store = createMemoryStore({}, { clock: createSystemClock(), randomBytes })
  sent = []
  const send = async (mail: MailRequest) => void sent.push(mail)
  accounts = accountsOn(store, { mails: { active: true, send } })
  ann = await accounts.create({ username: 'ann', password: PASSWORD, email: 'ann@example.org' })
})
afterEach(() => {
  vi.restoreAllMocks()
  return store.close()
})

/** Does it once, right after the store was asked so and before its answer is used. */
function afterwards(method: 'passwordHash' | 'byUsername', act: () => Promise<unknown>): void {
  const asked = store.accounts[method].bind(store.accounts) as (key: string) => Promise<unknown>
  const watch = vi.spyOn(store.accounts, method) as unknown as {
    mockImplementationOnce(answer: (key: string) => Promise<unknown>): void
  }
  watch.mockImplementationOnce(async (key) => {
    const answer = await asked(key)
    await act()
    return answer
  })
}

test('the old password lets nobody in who was being checked when it was changed', async () => {
  const reset = await accounts.resetTicket('ann')
  afterwards('passwordHash', () => accounts.resetPassword(reset, FRESH))
  expect(await accounts.signIn('ann', PASSWORD, IP)).toBeNull()
  expect((await accounts.signIn('ann', FRESH, IP))?.id).toBe(ann.id)
})

test('no new password goes to the mailbox that the account had a moment before', async () => {
  const email = 'new@example.org'
  const emailVerifiedAt = 5 as Instant
  afterwards('byUsername', () => store.accounts.update(ann.id, { email, emailVerifiedAt }))
  const issued = vi.spyOn(store.accounts, 'addTicket')
  await accounts.requestReset('ann', { ip: IP, locale: 'en' })
  await vi.waitFor(() => expect(issued).toHaveBeenCalled(), { timeout: 20_000 })
  await accounts.requestReset('ann', { ip: IP, locale: 'en' })
  await vi.waitFor(() => expect(sent).not.toEqual([]), { timeout: 20_000 })
  expect(sent.map(({ to }) => to)).toEqual([email])
})
