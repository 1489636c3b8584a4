import { domainToASCII } from 'node:url'
import { judgeDnsName } from '../dns-name.ts'
import type { RecipientFault } from '../errors.ts'
import { likelyDomain } from './misspelt.ts'
import { LINK } from './platforms.ts'
import type { RecipientResult } from './recipient.ts'

const MAX_MAILBOX = 254
const MAX_LOCAL = 64
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*)"$/
const DOMAIN = /^[\p{L}\p{M}\p{N}.。．｡-]+$/u

/**
 * A mailbox (RFC 5321, without SMTPUTF8): a dot-atom or quoted local part at a public DNS name, which is
 * written in lower-case ASCII. The local part keeps its case.
 */
export function parseMailbox(text: string): RecipientResult {
  const at = text.lastIndexOf('@')
  const local = localPart(text.slice(0, at))
  if (typeof local !== 'string') return local
  const written = text.slice(at + 1).replace(/\.$/, '')
  const domain = DOMAIN.test(written) ? domainToASCII(written) : ''
  if (judgeDnsName(domain) !== 'public' || domain.endsWith('.')) return refused('bad_mail_domain')
  const mailbox = `${local}@${domain}`
  if (mailbox.length > MAX_MAILBOX) return refused('bad_mailbox')
  const likely = likelyDomain(domain)
  return {
    ok: true,
    recipient: {
      kind: 'address',
      address: { channel: 'email', value: mailbox },
      name: null,
      canonical: mailbox,
      suggestion: likely ? `${local}@${likely}` : null,
      doubtful: false,
    },
  }
}

/** The local part in its shortest writing: quotes stand only where they must. */
function localPart(text: string): string | RecipientResult {
  if (/[^\p{ASCII}]/u.test(text)) return refused('non_ascii_mailbox')
  const inner = DOT_ATOM.test(text) ? text : QUOTED.exec(text)?.[1]
  if (inner === undefined) return refused('bad_mailbox')
  const plain = DOT_ATOM.test(text) ? text : inner.replace(/\\(.)/g, '$1').replace(/ +/g, ' ')
  const bare = DOT_ATOM.test(plain) && !plain.startsWith('#') && !LINK.test(plain)
  const local = bare ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`
  return local.length <= MAX_LOCAL ? local : refused('bad_mailbox')
}

function refused(fault: RecipientFault): RecipientResult {
  return { ok: false, fault }
}
