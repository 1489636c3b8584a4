import { type AccountId, randomText } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { cleanLine } from '#core/text.ts'
import type { Accounts } from '../engine.ts'
import { hashSecret } from '../keys.ts'
import type { AccountParts } from './deps.ts'

/** So that people and secret scanners know what they see. */
const PREFIX = 'pal_'
const RANDOM_LENGTH = 40
const PATTERN = /^pal_[0-9A-Za-z]{40}$/
const MAX_NAME = 64
/** Of one account. */
const MAX_TOKENS = 100

type TokenUseCases = Pick<Accounts, 'createToken' | 'tokens' | 'revokeToken' | 'authenticate'>

/** API tokens: shown once when they are made, kept as hashes. */
export function createTokens({
  store,
  notices,
  randomBytes,
}: Pick<AccountParts, 'store' | 'notices' | 'randomBytes'>): TokenUseCases {
  async function checkRoom(account: AccountId): Promise<void> {
    if ((await store.tokens(account)).length < MAX_TOKENS) return
    throw refusal('conflict', 'account.fault.tokens')
  }

  return {
    async createToken(account, rawName) {
      const name = cleanLine(rawName.slice(0, 10 * MAX_NAME))
      if (name === '' || name.length > MAX_NAME) {
        throw refusal('invalid_field', 'account.fault.tokenName', { field: 'name' })
      }
      await checkRoom(account)
      const token = PREFIX + randomText(RANDOM_LENGTH, randomBytes)
      const id = randomText(12, randomBytes)
      await store.addToken({ id, account, name }, hashSecret(token))
      const info = (await store.tokens(account)).find((known) => known.id === id)
      if (!info) throw refusal('not_found', 'account.fault.noAccount')
      notices.tell(account, { kind: 'token' })
      return { token, info }
    },
    tokens: (account) => store.tokens(account),
    revokeToken: (account, id) => store.revokeToken(account, id),
    authenticate: async (token) => (PATTERN.test(token) ? store.useToken(hashSecret(token)) : null),
  }
}
