import type { Account } from '#core/account.ts'
import type { ContactInput } from '#engine/engine.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { type ContactForm, type ContactsParts, contactsPage } from '../pages/contacts-page.ts'
import { lineField, linesOf, readFields, textField } from './form-fields.ts'
import { refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

/** `/contacts`: people, groups, and the notes that are sent often. */
export const contactPages: PageRoutes = (router, deps) => {
  const { contacts } = deps.engine
  router.get(
    '/contacts',
    signedIn((ctx, account) => show(ctx, deps, account)),
  )
  router.post(
    '/contacts',
    signedIn((ctx, account) => save(ctx, deps, account)),
  )
  router.post(
    '/contacts/notes',
    signedIn(async (ctx, account) => {
      const { notes } = readFields({ notes: textField }, ctx.request.body)
      try {
        await contacts.setNotes(account.id, linesOf(notes))
        seeOther(ctx, '/contacts#notes', ctx.state.texts('web.contacts.saved'))
      } catch (error) {
        const refused = refusalOf(ctx, error)
        const more = { fault: refused.text, notes: notes.split('\n') }
        await show(ctx, deps, account, more, refused.error.status)
      }
    }),
  )
  router.post(
    '/contacts/:id',
    signedIn((ctx, account) => save(ctx, deps, account)),
  )
  router.post(
    '/contacts/:id/delete',
    signedIn(async (ctx, account) => {
      await contacts.remove(account.id, ctx.params.id ?? '')
      seeOther(ctx, '/contacts', ctx.state.texts('web.contacts.deleted'))
    }),
  )
}

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  more: Partial<ContactsParts> = {},
  status = 200,
): Promise<void> {
  const [contacts, notes] = await Promise.all([
    deps.engine.contacts.list(account.id),
    deps.engine.contacts.notes(account.id, ctx.state.locale),
  ])
  const parts = { contacts, notes, flash: takeFlash(ctx), ...more }
  send(ctx, contactsPage(await viewOf(ctx, deps, '/contacts'), parts), status)
}

/** Makes a contact, or replaces the one that the path names. */
async function save(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { contacts } = deps.engine
  const form = readContact(ctx)
  try {
    if (form.id) await contacts.replace(account.id, form.id, inputOf(form))
    else await contacts.create(account.id, inputOf(form))
    seeOther(ctx, '/contacts', ctx.state.texts('web.contacts.saved'))
  } catch (error) {
    const refused = refusalOf(ctx, error)
    if (refused.error.code === 'not_found') throw error
    await show(ctx, deps, account, { refused: form, fault: refused.text }, refused.error.status)
  }
}

function readContact(ctx: PageContext): ContactForm {
  const fields = { kind: lineField, name: lineField, lines: textField, use: lineField }
  const form = readFields(fields, ctx.request.body)
  return {
    id: ctx.params.id ?? '',
    kind: form.kind === 'group' ? 'group' : 'person',
    name: form.name,
    lines: form.lines,
    use: form.use === 'all' ? 'all' : 'first',
  }
}

function inputOf({ kind, name, lines, use }: ContactForm): ContactInput {
  return kind === 'person'
    ? { kind, name, use, addresses: linesOf(lines) }
    : { kind, name: name.replace(/^[#＃]/, ''), members: linesOf(lines) }
}
