import type { Account } from '#core/account.ts'
import type { AccountId } from '#core/ids.ts'
import { type Locale, localeOf } from '#core/locale.ts'
import { refusal } from '#core/refusal.ts'
import { knownZone } from '#core/zoned-time.ts'
import type { AccountChange, AccountStore } from '#ports/store/accounts.ts'
import { readDisplayName } from './sign-up.ts'

interface ProfileChange {
  readonly displayName?: string
  readonly allowReplies?: boolean
  readonly locale?: Locale | null
  readonly timeZone?: string | null
}

/** What people say of themselves. What is left out stays. */
export async function updateProfile(
  store: AccountStore,
  id: AccountId,
  change: ProfileChange,
): Promise<Account> {
  const account = await mustBe(store, id)
  const updated = await store.update(id, await checkChange(store, account, change))
  if (updated === 'taken' || updated === null) throw noAccount()
  return updated
}

/** The account as it stands now. Throws `not_found`. */
export async function mustBe(store: AccountStore, id: AccountId): Promise<Account> {
  const account = await store.get(id)
  if (!account) throw noAccount()
  return account
}

export function noAccount(): Error {
  return refusal('not_found', 'account.fault.noAccount')
}

async function checkChange(
  store: AccountStore,
  account: Account,
  change: ProfileChange,
): Promise<AccountChange> {
  const { displayName, locale, timeZone, allowReplies } = change
  if (locale && localeOf(locale) !== locale) {
    throw refusal('invalid_field', 'account.fault.locale', { field: 'locale' })
  }
  if (timeZone && !knownZone(timeZone)) {
    throw refusal('invalid_field', 'account.fault.timeZone', { field: 'timeZone' })
  }
  const staff = account.role === 'operator'
  return {
    ...(displayName === undefined
      ? {}
      : { displayName: await readDisplayName(displayName, store, { staff, self: account.id }) }),
    ...(allowReplies === undefined ? {} : { allowReplies }),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}
