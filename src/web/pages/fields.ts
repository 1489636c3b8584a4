import { type Fragment, type Html, html } from './html.ts'
import type { PageView } from './view.ts'

export function hidden(name: string, value: string | null | undefined): Html | null {
  return value ? html`<input type="hidden" name="${name}" value="${value}">` : null
}

/** What was refused; at the field where it is one field's. */
export interface FormFault {
  readonly text: string
  readonly field?: string | undefined
}

export function faultAt(fault: FormFault | undefined, field: string): string | undefined {
  return fault?.field === field ? fault.text : undefined
}

/** What stands above the form, since it belongs to none of its fields. */
export function faultBeside(
  fault: FormFault | undefined,
  fields: readonly string[],
): string | undefined {
  return fields.includes(fault?.field ?? '') ? undefined : fault?.text
}

export interface FieldOptions {
  readonly name: string
  readonly label: string
  readonly value?: string | undefined
  readonly hint?: Fragment
  readonly error?: string | undefined
  /** Unique on the page where a name stands there twice. */
  readonly id?: string
  readonly required?: boolean
}

export interface InputOptions extends FieldOptions {
  readonly type?: 'text' | 'password' | 'email' | 'search' | 'datetime-local'
  readonly autocomplete?: string
  readonly maxlength?: number
  readonly minlength?: number
  readonly list?: string
  readonly placeholder?: string
  readonly autofocus?: boolean
  readonly inputmode?: 'url' | 'tel' | 'email' | 'numeric'
  /** Written as it is: no capital at its start, no corrections. */
  readonly verbatim?: boolean
}

/** A labelled input; its hint and its fault are tied to it for those who hear the page. */
export function inputField(options: InputOptions): Html {
  const id = options.id ?? options.name
  return field(
    options,
    html`<input id="${id}" name="${options.name}" type="${options.type ?? 'text'}" value="${options.value ?? ''}"
${attributes({
  autocomplete: options.autocomplete,
  maxlength: options.maxlength,
  minlength: options.minlength,
  list: options.list,
  placeholder: options.placeholder,
  inputmode: options.inputmode,
  autocapitalize: options.verbatim ? 'none' : undefined,
  spellcheck: options.verbatim ? 'false' : undefined,
})}${described(options, id)}${options.required && html` required`}${options.autofocus && html` autofocus`}>`,
  )
}

export interface AreaOptions extends FieldOptions {
  readonly rows?: number
  readonly maxlength?: number
  readonly placeholder?: string
  readonly autofocus?: boolean
}

export function areaField(options: AreaOptions): Html {
  const id = options.id ?? options.name
  const extra = attributes({ maxlength: options.maxlength, placeholder: options.placeholder })
  return field(
    options,
    html`<textarea id="${id}" name="${options.name}" rows="${options.rows ?? 3}"${extra}${described(options, id)}${options.required && html` required`}${options.autofocus && html` autofocus`}>
${options.value ?? ''}</textarea>`,
  )
}

export interface SelectOptions extends FieldOptions {
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

export function selectField(options: SelectOptions): Html {
  const id = options.id ?? options.name
  return field(
    options,
    html`<select id="${id}" name="${options.name}"${described(options, id)}>
${options.choices.map(
  ({ value, label }) =>
    html`<option value="${value}"${value === options.value && html` selected`}>${label}</option>`,
)}</select>`,
  )
}

export function checkbox(options: {
  readonly name: string
  readonly label: Fragment
  readonly value?: string
  readonly checked?: boolean
}): Html {
  return html`<label class="check"><input type="checkbox" name="${options.name}" value="${options.value ?? 'yes'}"${options.checked && html` checked`}><span>${options.label}</span></label>`
}

/** A form of one button, for what changes something. */
export function buttonForm(
  view: PageView,
  action: string,
  label: Fragment,
  options: { readonly kind?: string; readonly fields?: Fragment } = {},
): Html {
  return html`<form method="post" action="${action}" class="inline">${hidden('_csrf', view.csrf)}${options.fields}<button class="${options.kind ?? 'small'}">${label}</button></form>`
}

function field(options: FieldOptions, control: Html): Html {
  const id = options.id ?? options.name
  return html`<div class="field">
<label for="${id}">${options.label}</label>
${control}
${options.error && html`<p class="fault" id="${id}-fault">${options.error}</p>`}
${options.hint && html`<p class="hint" id="${id}-hint">${options.hint}</p>`}
</div>`
}

function described(options: FieldOptions, id: string): Html | null {
  const ids = [options.error && `${id}-fault`, options.hint && `${id}-hint`].filter(Boolean)
  if (ids.length === 0) return null
  return html` aria-describedby="${ids.join(' ')}"${options.error && html` aria-invalid="true"`}`
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): Html[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html` ${name}="${value}"`)
}
