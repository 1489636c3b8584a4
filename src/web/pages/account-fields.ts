import { newPassword } from './credentials-page.ts'
import { type FormFault, faultAt, faultBeside, inputField } from './fields.ts'
import { type Html, html } from './html.ts'
import type { PageView } from './view.ts'

const FIELDS = ['username', 'displayName', 'email', 'password']

export interface NewAccount {
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly fault?: FormFault | undefined
}

/** What was refused and belongs to none of the fields. */
export function faultOfNone({ fault }: NewAccount): string | undefined {
  return faultBeside(fault, FIELDS)
}

/** Who somebody is to be. What is refused is said at its field, which is where typing goes on. */
export function accountFields(view: PageView, form: NewAccount, emailHint?: string): Html {
  const t = view.texts
  const focus = FIELDS.find((name) => name === form.fault?.field) ?? 'username'
  const state = (name: string) => ({
    name,
    error: faultAt(form.fault, name),
    autofocus: name === focus,
  })
  return html`${inputField({
    ...state('username'),
    label: t('web.username'),
    value: form.username,
    autocomplete: 'username',
    maxlength: 32,
    verbatim: true,
    required: true,
    hint: t('web.first.usernameHint'),
  })}${inputField({
    ...state('displayName'),
    label: t('web.register.displayName'),
    value: form.displayName,
    autocomplete: 'name',
    maxlength: 80,
    hint: t('web.displayNameHint'),
  })}${inputField({
    ...state('email'),
    label: t('web.first.email'),
    value: form.email,
    type: 'email',
    autocomplete: 'email',
    maxlength: 254,
    hint: emailHint,
  })}${newPassword(view, state('password'))}`
}
