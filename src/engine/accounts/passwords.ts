import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { RandomBytes } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'

const MIN_PASSWORD = 8
const MAX_PASSWORD = 256

/** 19 MiB and two passes: OWASP's first choice for argon2id; about 40 ms, off the main thread. */
const MEMORY_KIB = 19_456
const PASSES = 2
const TAG_BYTES = 32
const SALT_BYTES = 16

const ENCODED = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([\w+/]{8,64})\$([\w+/]{16,128})$/
const argon2Async = promisify(argon2)

/** Each has a sentence in src/locales under `account.fault.password.<code>`. */
export type PasswordFault = 'too_short' | 'too_long' | 'is_username'

/** Why a password will not do for the account, or undefined. Lengths are counted as people count. */
export function refusePassword(password: string, username: string): PasswordFault | undefined {
  const length = [...password].length
  if (length < MIN_PASSWORD) return 'too_short'
  if (length > MAX_PASSWORD) return 'too_long'
  return password.toLowerCase() === username.toLowerCase() ? 'is_username' : undefined
}

/** As many wait at most, about half a second's work: files are read by the same few threads. */
const MAX_WAITING = 50

/** Hashes and checks passwords. */
export interface Passwords {
  /** So many are being worked on that no more should be begun. */
  busy(): boolean
  /** `$argon2id$v=19$m=…,t=…,p=1$salt$tag` */
  hash(password: string): Promise<string>
  /** `encoded` null (no such account, or one without a password) takes as long and is false. */
  verify(password: string, encoded: string | null): Promise<boolean>
}

/** When too many passwords are being worked on: by then they are done. */
const BUSY_MS = 2_000

/** Throws `rate_limited` where no more should be begun. */
export function mustHaveTime(passwords: Pick<Passwords, 'busy'>): void {
  if (!passwords.busy()) return
  throw refusal('rate_limited', 'account.fault.signInRate', { retryAfterMs: BUSY_MS })
}

/** Bound to one process: what `busy` says is of this one. */
export function createPasswords(randomBytes: RandomBytes): Passwords {
  const absent = randomBytes(TAG_BYTES)
  let running = 0

  async function derive(...work: Parameters<typeof argon2id>): Promise<Buffer> {
    running++
    try {
      return await argon2id(...work)
    } finally {
      running--
    }
  }

  return {
    busy: () => running >= MAX_WAITING,
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      const tag = await derive(password, salt, MEMORY_KIB, PASSES, TAG_BYTES)
      return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(salt)}$${unpadded(tag)}`
    },
    async verify(password, encoded) {
      const match = encoded === null ? null : ENCODED.exec(encoded)
      if (!match) {
        await derive(password, absent, MEMORY_KIB, PASSES, TAG_BYTES)
        return false
      }
      const [, memory, passes, salt = '', tag = ''] = match
      const wanted = Buffer.from(tag, 'base64')
      const nonce = Buffer.from(salt, 'base64')
      const given = await derive(password, nonce, Number(memory), Number(passes), wanted.length)
      return timingSafeEqual(given, wanted)
    },
  }
}

/** The same password typed on another keyboard is the same: NFC. No more is read of it than may be set. */
function argon2id(
  password: string,
  nonce: Uint8Array,
  memory: number,
  passes: number,
  tagLength: number,
): Promise<Buffer> {
  const message = password.normalize('NFC').slice(0, 4 * MAX_PASSWORD)
  return argon2Async('argon2id', { message, nonce, parallelism: 1, tagLength, memory, passes })
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
