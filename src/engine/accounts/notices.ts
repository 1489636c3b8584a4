import type { Account } from '#core/account.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import { DEFAULT_LOCALE, type Locale } from '#core/locale.ts'
import { type Texts, textsFor } from '#locales/texts.ts'
import { mailboxOf } from '../replies/mailbox.ts'
import type { AccountsDeps } from './deps.ts'
import { mayNotice } from './limits.ts'

/** What has changed about who comes to an account. */
export type Notice =
  | { readonly kind: 'linked' | 'unlinked'; readonly user: PlatformUser }
  | { readonly kind: 'password' | 'mailbox' | 'token' | 'signed-in' }

/** Tells whoever holds an account, by mail: a way that the change did not come by. */
export interface Notices {
  /**
   * Nobody waits for it, and nothing fails by it. `before`: the account as it was, where its mailbox is what has
   * changed. None for an account without a proved mailbox, and no more than a few a day.
   */
  tell(account: AccountId, notice: Notice, before?: Account): void
}

type NoticeDeps = Pick<
  AccountsDeps,
  'store' | 'rates' | 'mails' | 'background' | 'clock' | 'baseUrl'
>

export function createNotices(deps: NoticeDeps): Notices {
  const { store, rates, mails, background, clock, baseUrl } = deps
  return {
    tell(id, notice, before) {
      if (!mails.active) return
      const at = clock.now()
      background.run('notice', async (signal) => {
        const account = before ?? (await store.get(id))
        const to = mailboxOf(account)
        if (!account || to === null || !(await mayNotice(rates, account))) return
        const locale = account.locale ?? DEFAULT_LOCALE
        const { username, timeZone } = account
        const words = { news: newsOf(notice, textsFor(locale)), at: whenIn(locale, timeZone, at) }
        const url = `${baseUrl}/account/security`
        await mails.send({ kind: 'notice', locale, username, url, to, ...words }, signal)
      })
    },
  }
}

/** Nothing that anybody chose stands in it but a handle, and that only where it is one. */
function newsOf(notice: Notice, texts: Texts): string {
  if (!('user' in notice)) return texts(`account.notice.${notice.kind}`)
  const { platform, handle } = notice.user
  const isHandle = handle !== null && /^[\w.-]{1,64}$/.test(handle)
  return texts(`account.notice.${notice.kind}`, {
    platform: texts(`web.platform.${platform}`),
    who: isHandle ? `@${handle}` : texts('account.notice.somebody'),
  })
}

function whenIn(locale: Locale, timeZone: string | null, at: number): string {
  return new Intl.DateTimeFormat(locale, {
    ...{ year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
    timeZone: timeZone ?? 'UTC',
    timeZoneName: 'short',
  }).format(at)
}
