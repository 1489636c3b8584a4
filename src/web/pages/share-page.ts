import { type Contact, writtenName } from '#core/account.ts'
import { looksLikeNumber } from '#core/target/phone.ts'
import type { Draft } from '#engine/engine.ts'
import { draftSummary } from './draft-summary.ts'
import { areaField, checkbox, hidden, inputField } from './fields.ts'
import { type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import { hostOf } from './link-pages.ts'
import { targetPlace } from './shares-page.ts'
import type { PageView } from './view.ts'

/** The share form as it was last filled in: from the address of the page, or sent back by the browser. */
export interface ShareForm {
  readonly url: string
  /** The country of a number written without `+`; empty where none is given. */
  readonly region: string
  readonly title: string
  readonly note: string
  readonly canned: string
  /** The recipients box, as typed. */
  readonly to: string
  /** Contacts, groups and recents that were ticked. */
  readonly pick: readonly string[]
  readonly when: 'now' | 'later'
  /** `YYYY-MM-DDTHH:MM` on the clock of `zone`. */
  readonly sendAt: string
  readonly zone: string
  readonly untracked: boolean
  /** Where Cancel and Done lead; an http or https URL, or empty. */
  readonly return: string
  /** Accepts this form once, however often it is sent. */
  readonly key: string
  /** Questions that were shown and answered by sending again. */
  readonly acknowledged: string
}

export interface SharePageParts {
  readonly form: ShareForm
  /** What the engine made of it; null where the target was refused. */
  readonly draft: Draft | null
  /** By field; `form` for what concerns the whole. */
  readonly faults: Readonly<
    Partial<Record<'url' | 'to' | 'title' | 'note' | 'sendAt' | 'form', string>>
  >
  /** What was asked for by Check or a question: the summary is shown in full. */
  readonly checked: boolean
  readonly questions: string
  readonly contacts: readonly Contact[]
  readonly recents: readonly { readonly recipient: string; readonly name: string | null }[]
  readonly cannedNotes: readonly string[]
}

/** Enter in a field checks: it never sends. The first button of a form is the one that Enter presses. */
export function sharePage(view: PageView, parts: SharePageParts): string {
  const t = view.texts
  const { form, draft, faults } = parts
  return page(view, {
    title: t('web.share.title'),
    body: html`<h1>${t('web.share.title')}</h1>
${faults.form && banner('error', faults.form)}
<form method="post" action="/share" class="stack share" data-share>
<button class="default" name="action" value="check" tabindex="-1" aria-hidden="true">${t('web.share.check')}</button>
${hidden('_csrf', view.csrf)}${hidden('key', form.key)}${hidden('return', form.return)}
${hidden('acknowledged', parts.questions)}
${targetCard(view, parts)}
${(draft || faults.title) && titleField(view, parts)}
${recipientsField(view, parts)}
${noteFields(view, parts)}
${whenFields(view, parts)}
<div id="summary" aria-live="polite" data-summary>${draft && parts.checked && draftSummary(view, draft)}</div>
<div class="actions">
<button class="primary" name="action" value="send">${t(parts.questions ? 'web.share.sendAnyway' : 'web.share.send')}</button>
${draft && draft.rejected.length > 0 && draft.recipients.length > 0 && html`<button name="action" value="send-partial">${t('web.share.sendPartial', { count: draft.recipients.length })}</button>`}
<button name="action" value="check">${t('web.share.check')}</button>
${cancelLink(view, form, draft)}
</div>
</form>`,
  })
}

/** What is shared, as its recipients will know it; the address itself can be changed below. */
function targetCard(view: PageView, { form, draft, faults }: SharePageParts): Html {
  const field = html`${inputField({
    name: 'url',
    label: view.texts('web.share.url'),
    value: form.url,
    error: faults.url,
    required: true,
    autocomplete: 'off',
    inputmode: 'url',
    maxlength: 4000,
    autofocus: form.url === '',
  })}${regionField(view, form)}`
  if (!draft || faults.url) return field
  const { target, preview } = draft
  return html`<div class="card preview">
${preview?.image && html`<img src="${preview.image}" alt="" loading="lazy" referrerpolicy="no-referrer">`}
<div><p class="place">${preview?.siteName || targetPlace(target)}</p>
<p class="name">${target.title || preview?.title || targetPlace(target)}</p>
${preview?.description && html`<p class="muted">${preview.description}</p>`}
<p class="address">${target.url}</p></div>
</div>
<details><summary>${view.texts('web.share.changeUrl')}</summary>${field}</details>`
}

/** Asked for where it decides what a number is: short codes and numbers as they are written at home. */
function regionField(view: PageView, { url, region }: ShareForm): Html | null {
  if (!/^(?:tel:)?\s*[\d(]/i.test(url) || !isNumber(url)) return hidden('region', region)
  return inputField({
    name: 'region',
    label: view.texts('web.share.region'),
    value: region,
    maxlength: 2,
    autocomplete: 'country',
    hint: view.texts('web.share.regionHint'),
  })
}

function isNumber(text: string): boolean {
  return /^tel:/i.test(text) || looksLikeNumber(text)
}

function titleField(view: PageView, { form, draft, faults }: SharePageParts): Html {
  return inputField({
    name: 'title',
    label: view.texts('web.share.titleField'),
    value: form.title || draft?.target.title || draft?.preview?.title || '',
    error: faults.title,
    maxlength: 300,
    autocomplete: 'off',
    hint: view.texts('web.share.titleHint'),
  })
}

function recipientsField(view: PageView, parts: SharePageParts): Html {
  const t = view.texts
  return html`${areaField({
    name: 'to',
    label: t('web.share.to'),
    value: parts.form.to,
    rows: 2,
    error: parts.faults.to,
    hint: t('web.share.toHint'),
    placeholder: 'bob@example.org, +86 138 0013 8000, #family',
    autofocus: parts.draft !== null && parts.form.to === '',
  })}${picks(view, parts)}`
}

function picks(view: PageView, { form, contacts, recents }: SharePageParts): Html | null {
  const known = [
    ...contacts.map((contact) => ({ value: writtenName(contact), label: writtenName(contact) })),
    ...recents.map(({ recipient, name }) => ({ value: recipient, label: name ?? recipient })),
  ]
  const choices = [...new Map(known.map((choice) => [choice.value, choice])).values()].slice(0, 200)
  if (choices.length === 0) return null
  const box = (choice: { value: string; label: string }): Html =>
    checkbox({
      name: 'pick',
      value: choice.value,
      label: choice.label,
      checked: form.pick.includes(choice.value),
    })
  const [first, rest] = [choices.slice(0, 8), choices.slice(8)]
  return html`<fieldset class="picks"><legend>${view.texts('web.share.pick')}</legend>${first.map(box)}
${rest.length > 0 && html`<details${rest.some(({ value }) => form.pick.includes(value)) && html` open`}><summary>${view.texts('web.share.pickMore', { count: rest.length })}</summary><div class="picks">${rest.map(box)}</div></details>`}</fieldset>`
}

function noteFields(view: PageView, { form, faults, cannedNotes }: SharePageParts): Html {
  const t = view.texts
  return html`${areaField({
    name: 'note',
    label: t('web.share.note'),
    value: form.note,
    rows: 3,
    maxlength: 2000,
    error: faults.note,
  })}
${
  cannedNotes.length > 0 &&
  html`<fieldset class="picks" data-canned><legend>${t('web.share.canned')}</legend>${cannedNotes.map(
    (note) =>
      html`<label class="check"><input type="radio" name="canned" value="${note}"${note === form.canned && html` checked`}><span>${note}</span></label>`,
  )}<a class="edit" href="/contacts#notes">${t('web.share.cannedEdit')}</a></fieldset>`
}`
}

function whenFields(view: PageView, { form, faults }: SharePageParts): Html {
  const t = view.texts
  return html`<details class="options"${(form.when === 'later' || form.untracked || faults.sendAt) && html` open`}><summary>${t('web.share.options')}</summary>
<fieldset><legend>${t('web.share.when')}</legend>
<label class="check"><input type="radio" name="when" value="now"${form.when === 'now' && html` checked`}><span>${t('web.share.now')}</span></label>
<label class="check"><input type="radio" name="when" value="later"${form.when === 'later' && html` checked`}><span>${t('web.share.later')}</span></label>
${inputField({
  name: 'sendAt',
  label: t('web.share.sendAt'),
  type: 'datetime-local',
  value: form.sendAt,
  error: faults.sendAt,
  hint: html`${t('web.share.zone')} <span data-zone-name>${form.zone}</span>`,
})}<input type="hidden" name="zone" value="${form.zone}"${!view.account?.timeZone && html` data-zone`}>
</fieldset>
${checkbox({ name: 'untracked', label: t('web.share.untracked'), checked: form.untracked })}
</details>`
}

/** Back to where the sharer came from, or to the page they meant to share. */
function cancelLink(view: PageView, form: ShareForm, draft: Draft | null): Html {
  const back = form.return || (draft && draft.target.kind !== 'phone' ? draft.target.url : '')
  if (!back) return html`<a class="button quiet" href="/">${view.texts('web.share.cancel')}</a>`
  return html`<a class="button quiet" href="${back}" rel="noreferrer" data-leave>${view.texts('web.share.cancelTo', { host: hostOf(back) })}</a>`
}
