import { PassalongError } from '#core/errors.ts'
import type { DeliveryId, Instant } from '#core/ids.ts'
import type { AcceptedShare, AcceptOptions, ShareRequest } from '#engine/engine.ts'
import type { Texts } from '#locales/texts.ts'
import { type Call, type Operation, operation, type Result } from './operation.ts'
import { pageRequest, pagingSchema } from './paging.ts'
import { repliesJson } from './reply-json.ts'
import { repliesSchema } from './reply-schemas.ts'
import { acceptedJson, shareJson, summaryJson } from './share-json.ts'
import {
  recipientsRequestSchema,
  type ShareRequestJson,
  shareListSchema,
  shareRequestSchema,
  shareSchema,
} from './share-schemas.ts'
import { visitsJson } from './visit-json.ts'
import { visitsSchema } from './visit-schemas.ts'

const ACCEPTED = [
  { status: 202, description: 'Accepted: from here nothing is lost', schema: shareSchema },
  { status: 200, description: 'Accepted before under this key: as it is now', schema: shareSchema },
] as const
const REFUSED_SHARE = [
  'invalid_target',
  'invalid_schedule',
  'recipients_rejected',
  'too_many_recipients',
  'unverified',
  'forbidden',
  'over_quota',
] as const

const createShare = operation({
  id: 'createShare',
  method: 'post',
  path: '/shares',
  tag: 'Shares',
  summary: 'Share a link or a number with people',
  body: shareRequestSchema,
  idempotent: true,
  success: ACCEPTED,
  refusals: REFUSED_SHARE,
  async handle(call) {
    const request = shareRequest(call.body, call.caller.texts)
    return accepted(
      await call.engine.sharing.accept(call.caller.account, request, acceptOptions(call)),
    )
  },
})

const listShares = operation({
  id: 'listShares',
  method: 'get',
  path: '/shares',
  tag: 'Shares',
  summary: 'Your shares, newest first',
  query: pagingSchema,
  success: [{ status: 200, description: 'A page of shares', schema: shareListSchema }],
  refusals: [],
  async handle({ engine, caller, query }) {
    const page = await engine.sharing.list(caller.account, pageRequest(query))
    return { status: 200, body: { shares: page.items.map(summaryJson), cursor: page.cursor } }
  },
})

const getShare = operation({
  id: 'getShare',
  method: 'get',
  path: '/shares/{id}',
  tag: 'Shares',
  summary: 'A share with its deliveries',
  success: [{ status: 200, description: 'The share', schema: shareSchema }],
  refusals: [],
  async handle({ engine, caller, id }) {
    return { status: 200, body: shareJson(await engine.sharing.get(caller.account, id)) }
  },
})

const getVisits = operation({
  id: 'getVisits',
  method: 'get',
  path: '/shares/{id}/visits',
  tag: 'Shares',
  summary: 'Visits by delivery and class',
  query: pagingSchema,
  success: [{ status: 200, description: 'Visits, counters and statistics', schema: visitsSchema }],
  refusals: [],
  async handle({ engine, caller, id, query }) {
    const found = await engine.sharing.visits(caller.account, id, pageRequest(query))
    return { status: 200, body: visitsJson(found) }
  },
})

const getReplies = operation({
  id: 'getReplies',
  method: 'get',
  path: '/shares/{id}/replies',
  tag: 'Shares',
  summary: 'What recipients wrote back',
  query: pagingSchema,
  success: [{ status: 200, description: 'A page of replies', schema: repliesSchema }],
  refusals: [],
  async handle({ engine, caller, id, query }) {
    const page = await engine.sharing.replies(caller.account, id, pageRequest(query))
    return { status: 200, body: repliesJson(page) }
  },
})

const cancelShare = operation({
  id: 'cancelShare',
  method: 'post',
  path: '/shares/{id}/cancel',
  tag: 'Shares',
  summary: 'Keep what has not left yet from leaving',
  success: [{ status: 200, description: 'The share as it is now', schema: shareSchema }],
  refusals: ['wrong_state'],
  async handle({ engine, caller, id }) {
    return { status: 200, body: shareJson(await engine.sharing.cancel(caller.account, id)) }
  },
})

const recallShare = operation({
  id: 'recallShare',
  method: 'post',
  path: '/shares/{id}/recall',
  tag: 'Shares',
  summary: 'Kill every link, and take messages away where the platform can',
  success: [{ status: 200, description: 'The share as it is now', schema: shareSchema }],
  refusals: ['wrong_state'],
  async handle({ engine, caller, id }) {
    return { status: 200, body: shareJson(await engine.sharing.recall(caller.account, id)) }
  },
})

const addRecipients = operation({
  id: 'addRecipients',
  method: 'post',
  path: '/shares/{id}/recipients',
  tag: 'Shares',
  summary: 'Add people to a share',
  body: recipientsRequestSchema,
  idempotent: true,
  success: ACCEPTED,
  refusals: [...REFUSED_SHARE, 'wrong_state'],
  async handle(call) {
    const { recipients, partial, replaces } = call.body
    const options = {
      ...acceptOptions(call),
      ...(partial === undefined ? {} : { partial }),
      ...(replaces ? { replaces: replaces as DeliveryId } : {}),
    }
    const { account } = call.caller
    return accepted(await call.engine.sharing.addRecipients(account, call.id, recipients, options))
  },
})

export const SHARE_OPERATIONS: readonly Operation[] = [
  createShare,
  listShares,
  getShare,
  getVisits,
  getReplies,
  cancelShare,
  recallShare,
  addRecipients,
]

function accepted(result: AcceptedShare): Result {
  return { status: result.replayed ? 200 : 202, body: acceptedJson(result) }
}

function acceptOptions(call: Call<unknown, unknown>): AcceptOptions {
  return {
    frontEnd: call.caller.frontEnd,
    locale: call.caller.locale,
    idempotencyKey: call.idempotencyKey,
  }
}

function shareRequest(body: ShareRequestJson, texts: Texts): ShareRequest {
  return {
    url: sharedUrl(body, texts),
    region: body.region ?? undefined,
    kind: body.kind === 'phone' ? undefined : (body.kind ?? undefined),
    title: body.title ?? undefined,
    note: body.note ?? undefined,
    recipients: body.recipients,
    sendAt: instant(body.sendAt),
    expiresAt: instant(body.expiresAt),
    tracking: body.tracking ?? undefined,
    partial: body.partial,
  }
}

/** What is shared: `url`, or `phone` written as a `tel:` URI. */
function sharedUrl({ url, phone, kind }: ShareRequestJson, texts: Texts): string {
  if ((url === undefined) === (phone === undefined)) {
    throw new PassalongError('invalid_field', texts('http.detail.url_or_phone'), { field: 'url' })
  }
  const shared = url ?? `tel:${(phone ?? '').trim().replace(/^tel:/i, '')}`
  if (kind === 'phone' && !/^\s*tel:/i.test(shared)) {
    throw new PassalongError('invalid_field', texts('http.detail.no_phone'), { field: 'kind' })
  }
  return shared
}

function instant(text: string | null | undefined): Instant | undefined {
  return text ? (Date.parse(text) as Instant) : undefined
}
