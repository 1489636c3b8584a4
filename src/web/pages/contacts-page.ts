import type { Contact } from '#core/account.ts'
import { areaField, buttonForm, hidden, inputField, selectField } from './fields.ts'
import { type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import type { PageView } from './view.ts'

/** A contact as its form was filled in; `id` empty for a new one. */
export interface ContactForm {
  readonly id: string
  readonly kind: 'person' | 'group'
  readonly name: string
  /** Addresses or members, one a line. */
  readonly lines: string
  readonly use: 'first' | 'all'
}

export interface ContactsParts {
  readonly contacts: readonly Contact[]
  readonly notes: readonly string[]
  readonly flash?: string | undefined
  /** Why a form was refused. */
  readonly fault?: string | undefined
  /** The contact's form that was refused. */
  readonly refused?: ContactForm | undefined
}

export function contactsPage(view: PageView, parts: ContactsParts): string {
  const t = view.texts
  return page(view, {
    title: t('web.nav.contacts'),
    body: html`<h1>${t('web.nav.contacts')}</h1>
${parts.flash && banner('done', parts.flash)}
${parts.fault && banner('error', parts.fault)}
${kindSection(view, parts, 'person')}
${kindSection(view, parts, 'group')}
<section id="notes"><h2>${t('web.contacts.notes')}</h2>
<form method="post" action="/contacts/notes" class="stack">${hidden('_csrf', view.csrf)}
${areaField({
  name: 'notes',
  id: 'own-notes',
  label: t('web.contacts.notesLabel'),
  value: parts.notes.join('\n'),
  rows: 6,
  hint: t('web.contacts.notesHint'),
})}
<button>${t('web.save')}</button></form></section>`,
  })
}

function kindSection(view: PageView, parts: ContactsParts, kind: Contact['kind']): Html {
  const t = view.texts
  const known = parts.contacts.filter((contact) => contact.kind === kind)
  const fresh = parts.refused?.id === '' && parts.refused.kind === kind
  return html`<section><h2>${t(`web.contacts.${kind}s`)}</h2>
${known.length === 0 && html`<p class="empty">${t(`web.contacts.no_${kind}s`)}</p>`}
<ul class="list contacts">${known.map((contact) => contactLine(view, parts, contact))}</ul>
<details${fresh && html` open`}><summary>${t(`web.contacts.add_${kind}`)}</summary>${contactForm(
    view,
    fresh && parts.refused ? parts.refused : blank(kind),
  )}</details></section>`
}

function contactLine(view: PageView, parts: ContactsParts, contact: Contact): Html {
  const t = view.texts
  const lines = contact.kind === 'person' ? contact.addresses : contact.members
  const refused = parts.refused?.id === contact.id ? parts.refused : undefined
  const form = refused ?? {
    id: contact.id,
    kind: contact.kind,
    name: contact.name,
    lines: lines.join('\n'),
    use: contact.use,
  }
  return html`<li><details${refused && html` open`}><summary><strong>${contact.kind === 'group' && '#'}${contact.name}</strong><span class="muted">${lines.slice(0, 3).join(', ')}${lines.length > 3 && ` +${lines.length - 3}`}</span></summary>
${contactForm(view, form)}
${buttonForm(view, `/contacts/${contact.id}/delete`, t('web.contacts.delete'), { kind: 'small danger-line' })}
</details></li>`
}

function contactForm(view: PageView, form: ContactForm): Html {
  const t = view.texts
  const id = form.id || `new-${form.kind}`
  const person = form.kind === 'person'
  return html`<form method="post" action="${form.id ? `/contacts/${form.id}` : '/contacts'}" class="stack">
${hidden('_csrf', view.csrf)}${hidden('kind', form.kind)}
${inputField({ name: 'name', id: `${id}-name`, label: t('web.contacts.name'), value: form.name, maxlength: 80, required: true, autocomplete: 'off' })}
${areaField({
  name: 'lines',
  id: `${id}-lines`,
  label: t(person ? 'web.contacts.addresses' : 'web.contacts.members'),
  value: form.lines,
  hint: t(person ? 'web.contacts.addressesHint' : 'web.contacts.membersHint'),
  required: true,
})}
${
  person &&
  selectField({
    name: 'use',
    id: `${id}-use`,
    label: t('web.contacts.use'),
    value: form.use,
    choices: [
      { value: 'first', label: t('web.contacts.useFirst') },
      { value: 'all', label: t('web.contacts.useAll') },
    ],
  })
}
<button>${t('web.save')}</button></form>`
}

function blank(kind: Contact['kind']): ContactForm {
  return { id: '', kind, name: '', lines: '', use: 'first' }
}
