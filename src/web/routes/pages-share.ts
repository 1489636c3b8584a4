import { randomUUID } from 'node:crypto'
import type { Account, Contact } from '#core/account.ts'
import type { PassalongError } from '#core/errors.ts'
import { MAX_TITLE } from '#core/share.ts'
import { shorten } from '#core/text.ts'
import type { Draft, ShareRequest } from '#engine/engine.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { draftSummary, questionsOf } from '../pages/draft-summary.ts'
import { type ShareForm, type SharePageParts, sharePage } from '../pages/share-page.ts'
import { lineField, readFields } from './form-fields.ts'
import { refusalOf, seeOther, send, signedIn, viewOf, zoneOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'
import { draftPath, readShareForm, recipientsOf, requestOf } from './share-form.ts'

/** `/share`: the page behind share button, bookmarklet, Web Share Target and the box on the start page. */
export const sharePages: PageRoutes = (router, deps) => {
  const handler = createHandler(deps)
  router.get('/share', signedIn(handler.open, draftOf))
  router.post('/share', signedIn(handler.submit, draftOf))
  router.post('/share/check', handler.check)
}

function draftOf(ctx: PageContext): string {
  return draftPath(readShareForm(ctx.method === 'POST' ? ctx.request.body : ctx.query, null))
}

/** The page of a share form whose session has ended: nothing is sent, nothing that was typed is lost. */
export function draftAgain(ctx: PageContext): string | undefined {
  return ctx.path === '/share' ? draftOf(ctx) : undefined
}

type Faults = SharePageParts['faults']

/** What the engine made of a form, and where it refused. */
interface Read {
  readonly form: ShareForm
  readonly contacts: readonly Contact[]
  readonly recipients: readonly string[]
  readonly request: ShareRequest | null
  readonly draft: Draft | null
  readonly faults: Faults
}

function createHandler(deps: WebDeps) {
  const { sharing, contacts } = deps.engine

  async function read(ctx: PageContext, account: Account, form: ShareForm): Promise<Read> {
    const known = await contacts.list(account.id)
    const recipients = recipientsOf(form, known)
    const base = { form, contacts: known, recipients, request: null, draft: null, faults: {} }
    if (form.url === '') return base
    const asked = requestOf(form, recipients)
    const request = asked.ok ? asked.request : null
    const { url, region, title } = form
    const plain = request ?? { url, region, title, recipients }
    const faults: Faults = asked.ok ? {} : { sendAt: ctx.state.texts('web.share.badTime') }
    try {
      const draft = await sharing.draft(account, plain, { locale: ctx.state.locale })
      return { ...base, request, draft, faults }
    } catch (error) {
      const refused = refusalOf(ctx, error)
      return { ...base, request, faults: { ...faults, ...faultsOf(refused.error, refused.text) } }
    }
  }

  async function show(
    ctx: PageContext,
    account: Account,
    state: Read,
    more: { checked?: boolean; questions?: string; status?: number } = {},
  ): Promise<void> {
    const [recents, cannedNotes, view] = await Promise.all([
      sharing.recents(account),
      contacts.notes(account.id, ctx.state.locale),
      viewOf(ctx, deps, draftPath(state.form)),
    ])
    const parts = {
      ...state,
      checked: more.checked ?? false,
      questions: more.questions ?? '',
      recents: recents.slice(0, 8),
      cannedNotes,
    }
    send(ctx, sharePage(view, parts), more.status ?? 200)
  }

  async function accept(
    ctx: PageContext,
    account: Account,
    state: Read & { request: ShareRequest },
    partial: boolean,
  ): Promise<void> {
    const { form } = state
    try {
      const { share } = await sharing.accept(
        account,
        { ...state.request, partial },
        { frontEnd: 'web', locale: ctx.state.locale, idempotencyKey: form.key, undo: true },
      )
      const query = new URLSearchParams({ done: '1' })
      if (form.return) query.set('return', form.return)
      const kept = share.deliveries.every(({ via }) => via === 'outbox')
      const said = share.sendAt !== null ? 'web.sentLater' : kept ? 'web.sentKept' : 'web.sent'
      const count = share.deliveries.length
      seeOther(ctx, `/shares/${share.id}?${query}`, ctx.state.texts(said, { count }))
    } catch (error) {
      const refused = refusalOf(ctx, error)
      // Sent before and changed since: the next press sends the changed one.
      const again = refused.error.code === 'idempotency_mismatch' ? { key: randomUUID() } : {}
      await show(
        ctx,
        account,
        { ...state, form: { ...form, ...again }, faults: faultsOf(refused.error, refused.text) },
        { checked: true, status: refused.error.status },
      )
    }
  }

  return {
    async open(ctx: PageContext, account: Account): Promise<void> {
      const given = readShareForm(ctx.query, zoneOf(ctx))
      // Some pages call themselves by a whole paragraph; who shares one sees what is left of it.
      const form = { ...given, title: shorten(given.title, MAX_TITLE) }
      const state = await read(ctx, account, form)
      const checked = state.recipients.length > 0
      await show(ctx, account, state, { checked, status: state.faults.url ? 422 : 200 })
    },

    async submit(ctx: PageContext, account: Account): Promise<void> {
      const state = await read(ctx, account, readShareForm(ctx.request.body, zoneOf(ctx)))
      const { action } = readFields({ action: lineField }, ctx.request.body)
      const sending = action === 'send' || action === 'send-partial'
      const faults = sending ? { ...missing(ctx, state), ...state.faults } : state.faults
      const { request, draft } = state
      if (!draft || !request || Object.keys(faults).length > 0) {
        return show(ctx, account, { ...state, faults }, { checked: true, status: 422 })
      }
      const questions = questionsOf(draft)
      if (!sending || (questions && questions !== state.form.acknowledged)) {
        return show(ctx, account, state, { checked: true, questions: sending ? questions : '' })
      }
      await accept(ctx, account, { ...state, request }, action === 'send-partial')
    },

    /** What the page's script asks while somebody types: the summary alone. */
    async check(ctx: PageContext): Promise<void> {
      const { account } = ctx.state
      if (!account) {
        ctx.status = 401
        return
      }
      const sender = { ...account, locale: ctx.state.locale }
      const { draft, recipients } = await read(
        ctx,
        sender,
        readShareForm(ctx.request.body, zoneOf(ctx)),
      )
      const shown = draft && recipients.length > 0
      send(ctx, shown ? draftSummary(await viewOf(ctx, deps), draft).toString() : '')
    },
  }
}

function missing(ctx: PageContext, { form, recipients }: Read): Faults {
  const t = ctx.state.texts
  return {
    ...(form.url === '' ? { url: t('fault.target.empty') } : {}),
    ...(recipients.length === 0 ? { to: t('web.share.noRecipients') } : {}),
  }
}

/** Puts a refusal beside the field that it is about. */
function faultsOf(error: PassalongError, text: string): Faults {
  const field = error.field?.replace(/\[.*$/, '')
  switch (field) {
    case 'url':
    case 'title':
    case 'note':
    case 'sendAt':
      return { [field]: text }
    case 'recipients':
      return { to: text }
    default:
      return { form: text }
  }
}
