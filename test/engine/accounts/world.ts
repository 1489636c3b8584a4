import { randomBytes } from 'node:crypto'
import { createOutboxChannel } from '#adapters/channels/outbox/outbox.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { type Account, DEFAULT_PERMISSIONS } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import { newAccountId } from '#core/ids.ts'
import type { RenderedEmail } from '#core/message/message.ts'
import { createPasswords } from '#engine/accounts/passwords.ts'
import type { EngineSettings } from '#engine/deps.ts'
import type { Accounts } from '#engine/engine.ts'
import type { Channel } from '#ports/channel.ts'
import type { Store } from '#ports/store/store.ts'
import {
  createMovableClock,
  startTestEngine,
  type TestEngine,
  until,
} from '#test/fixtures/engine.ts'
import { tempFolder } from '../../adapters/stores/sqlite/harness.ts'
import { RENDERING } from '../../core/message/sample.ts'

export const STORES = ['memory', 'SQLite'] as const
export const PASSWORD = 'correct horse'
/** Of someone at home. */
export const IP = '203.0.113.7'

/** An engine whose mail is kept in the outbox, with an operator, Ann, who has the password of test engines. */
export interface World extends TestEngine {
  readonly accounts: Accounts
  /** The mails to a mailbox, the oldest first, once there are so many. */
  mailsTo(mailbox: string, count?: number): Promise<readonly RenderedEmail[]>
  close(): Promise<void>
}

export async function openWorld(
  kind: (typeof STORES)[number],
  settings: Partial<EngineSettings> = {},
  more: { readonly email?: Channel | null } = {},
): Promise<World> {
  const folder = tempFolder()
  const { clock, advance } = createMovableClock()
  const store: Store =
    kind === 'memory'
      ? createMemoryStore({}, { clock, randomBytes })
      : createSqliteStore({ dataDir: `${folder.path}/data` }, { clock, randomBytes })
  const outbox = createOutboxChannel(
    { name: 'email' },
    { outbox: store.outbox, settings: RENDERING },
  )
  const email = more.email === undefined ? outbox : more.email
  const t = await startTestEngine(email ? [email] : [], settings, { store: () => store })

  async function mailsNow(mailbox: string): Promise<readonly RenderedEmail[]> {
    const { items } = await store.outbox.page({ limit: 100, cursor: null })
    return items
      .map(({ rendered }) => rendered)
      .filter((rendered) => rendered.channel === 'email')
      .filter(({ to }) => to.address === mailbox)
      .reverse()
  }

  return {
    ...t,
    advance(ms) {
      advance(ms)
      t.advance(ms)
    },
    accounts: t.engine.accounts,
    mailsTo: (mailbox, count = 1) =>
      until(async () => {
        const mails = await mailsNow(mailbox)
        return mails.length >= count ? mails : undefined
      }),
    async close() {
      await t.stop()
      folder.remove()
    },
  }
}

/** Hashed once: it is dear on purpose. */
const hashed = createPasswords(randomBytes).hash(PASSWORD)

/** A member for whom nobody vouches, with the password. */
export async function member(
  { store }: World,
  username: string,
  more: Partial<Account> = {},
): Promise<Account> {
  const made = await store.accounts.create({
    ...{ id: newAccountId(randomBytes), username, displayName: username, role: 'member' },
    ...{ email: null, emailVerifiedAt: null, vouched: false, allowReplies: false },
    ...{ locale: null, timeZone: null, permissions: DEFAULT_PERMISSIONS },
    ...more,
    passwordHash: await hashed,
  })
  if (typeof made === 'string') throw new Error(made)
  return made
}

/** The secret of the one link in a mail. */
export function ticketIn(mail: RenderedEmail | undefined, page: 'verify' | 'reset'): string {
  const found = new RegExp(`^https://passalong\\.example\\.org/${page}\\?ticket=(\\w+)$`, 'm')
  return found.exec(mail?.text ?? '')?.[1] ?? ''
}

/** The code of what a promise is refused with; undefined where it is not. */
export async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined || error instanceof PassalongError) return error?.code
  throw error
}
