import { randomUUID } from 'node:crypto'
import type { Contact } from '#core/account.ts'
import type { Instant } from '#core/ids.ts'
import { splitRecipients } from '#core/recipients/split.ts'
import { knownZone, zonedInstant } from '#core/zoned-time.ts'
import type { ShareRequest } from '#engine/engine.ts'
import type { ShareForm } from '../pages/share-page.ts'
import { flagField, lineField, listField, readFields, textField } from './form-fields.ts'
import { returnUrl } from './page-context.ts'

const FIELDS = {
  url: lineField,
  region: lineField,
  title: lineField,
  text: textField,
  note: textField,
  canned: textField,
  to: textField,
  pick: listField,
  when: lineField,
  sendAt: lineField,
  zone: lineField,
  untracked: flagField,
  return: lineField,
  key: lineField,
  acknowledged: lineField,
}

/**
 * The form from the address of the page (share button, bookmarklet, Web Share Target, a draft that came
 * through signing in) or from its own fields. A link inside of pasted words is found; the words become the note.
 */
export function readShareForm(fields: unknown, timeZone: string | null): ShareForm {
  const given = readFields(FIELDS, fields)
  const pasted = linkWithin(given.url) ?? (given.url ? { url: given.url, rest: '' } : undefined)
  const shared = pasted ?? linkWithin(given.text)
  const words = given.note || (pasted ? [pasted.rest, given.text] : [shared?.rest ?? given.text])
  return {
    url: shared?.url ?? '',
    region: given.region.slice(0, 2),
    title: given.title,
    note: typeof words === 'string' ? words : words.filter(Boolean).join('\n'),
    canned: given.canned,
    to: given.to,
    pick: given.pick,
    when: given.when === 'later' ? 'later' : 'now',
    sendAt: given.sendAt,
    zone: knownZone(given.zone) ?? timeZone ?? 'UTC',
    untracked: given.untracked,
    return: returnUrl(given.return),
    key: /^[\w-]{8,64}$/.test(given.key) ? given.key : randomUUID(),
    acknowledged: given.acknowledged,
  }
}

/** The first link among words, without the punctuation that closes the sentence around it. */
function linkWithin(text: string): { url: string; rest: string } | undefined {
  if (!/\s/.test(text.trim())) return undefined
  const match = /(?:https?:\/\/|tel:)[^\s<>"“”]+/iu.exec(text)
  if (!match) return undefined
  const url = match[0].replace(/[.,;:!?'’。，；：！？、)\]）】」》]+$/u, '')
  const rest = `${text.slice(0, match.index)}${text.slice(match.index + url.length)}`
  return { url, rest: rest.replace(/[ \t]+/g, ' ').trim() }
}

/** Some servers and browsers take no longer addresses; signing in writes this one inside another. */
const LONGEST_PATH = 4_000

/**
 * The page's address with the draft in it, for coming back after signing in. A note that is too long for an
 * address is cut.
 */
export function draftPath(form: ShareForm): string {
  const path = pathOf(form)
  if (path.length <= LONGEST_PATH) return path
  if (form.note) return draftPath({ ...form, note: cut(form.note) })
  if (form.to) return draftPath({ ...form, to: cut(form.to) })
  return pathOf({ ...form, title: '', pick: [], return: '' })
}

/** The first three quarters, whole characters. */
function cut(text: string): string {
  return text
    .slice(0, Math.floor(text.length * 0.75))
    .toWellFormed()
    .replace(/\uFFFD$/, '')
}

function pathOf(form: ShareForm): string {
  const query = new URLSearchParams()
  const { url, region, title, note, to } = form
  const fields = { url, region, title, note, to, return: form.return }
  for (const [name, value] of Object.entries(fields)) {
    if (value) query.set(name, value)
  }
  for (const pick of form.pick.slice(0, 50)) query.append('pick', pick)
  return `/share?${query}`
}

/** Everybody who was named: typed, then ticked. */
export function recipientsOf(form: ShareForm, contacts: readonly Contact[]): string[] {
  const names = contacts.filter(({ kind }) => kind === 'person').map(({ name }) => name)
  return [...splitRecipients(form.to, { contacts: names }), ...form.pick]
}

export type ReadRequest =
  | { readonly ok: true; readonly request: ShareRequest }
  | { readonly ok: false; readonly fault: 'sendAt' }

/** What the form asks of the engine. */
export function requestOf(form: ShareForm, recipients: readonly string[]): ReadRequest {
  const sendAt = form.when === 'later' ? zonedInstant(form.sendAt, form.zone) : null
  if (sendAt === undefined) return { ok: false, fault: 'sendAt' }
  return {
    ok: true,
    request: {
      url: form.url,
      region: form.region || undefined,
      title: form.title || undefined,
      note: form.note.trim() || form.canned,
      recipients,
      sendAt: sendAt === null ? undefined : (sendAt as Instant),
      tracking: form.untracked ? 'off' : undefined,
    },
  }
}
