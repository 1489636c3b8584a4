import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ApiAnswer,
  type ApiOptions,
  type RunningWeb,
  startWeb,
  until,
} from '#test/web/start-web.ts'
import { OPERATIONS } from '#web/api/operations.ts'
import { createOpenApi } from '#web/openapi.ts'

/** The route with `{id}` in it, the id, and what to send. */
interface Drive {
  readonly id?: string
  readonly query?: string
  readonly options?: ApiOptions
}

const document = createOpenApi({ baseUrl: 'http://localhost:8080', version: '0.0.0' })
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormatsModule.default(ajv)
ajv.addSchema(document, 'doc')

const SHARE = { url: 'https://example.org/a', recipients: ['bob@example.org'] }
const LINE = { id: '1', act: { kind: 'typed', text: 'https://example.org/a' } }
const PRESS = { kind: 'pressed', press: 'none', message: null }
const answered = new Map<string, Set<number>>()
let web: RunningWeb
let share: { id: string; deliveries: { id: string }[] }
let contact: { id: string }

beforeAll(async () => {
  web = await startWeb()
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  share = (await web.api('POST', '/api/v1/shares', { body: { ...SHARE, sendAt } })).json
  const body = { name: 'Mum', addresses: ['mum@example.org'] }
  contact = (await web.api('POST', '/api/v1/contacts', { body })).json
})
afterAll(() => web.close())

/** Calls an operation by its id, and holds the answer against what the document says of it. */
async function drive(operationId: string, { id = '', query = '', options }: Drive = {}) {
  const operation = OPERATIONS.find((its) => its.id === operationId)
  if (!operation) throw new Error(`no operation ${operationId}`)
  const path = `/api/v1${operation.path}`
  const answer = await web.api(
    operation.method.toUpperCase(),
    path.replace('{id}', encodeURIComponent(id)) + query,
    options,
  )
  conforms(path, operation.method, answer)
  const seen = answered.get(operationId) ?? new Set()
  answered.set(operationId, seen.add(answer.status))
  return answer
}

function conforms(path: string, method: 'get' | 'post' | 'put' | 'delete', answer: ApiAnswer) {
  const response = document.paths?.[path]?.[method]?.responses?.[String(answer.status)]
  expect(response, `${answer.status} of ${method} ${path}: ${answer.text}`).toBeDefined()
  if (!response || '$ref' in response) throw new Error('responses stand in place')
  for (const name of Object.keys(response.headers ?? {})) {
    expect(answer.headers.get(name), name).not.toBeNull()
  }
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? ''
  const content = response.content?.[type]
  if (!response.content) return expect(answer.text).toBe('')
  expect(content, type).toBeDefined()
  const pointer = [path, method, 'responses', String(answer.status), 'content', type, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/')
  const validate = ajv.getSchema(`doc#/paths/${pointer}`)
  expect(validate?.(answer.json), JSON.stringify(validate?.errors)).toBe(true)
}

const json = (body: unknown): Drive => ({ options: { body } })

describe('what the API answers is what the document says', () => {
  it.each<[string, number, () => Drive]>([
    ['createShare', 202, () => json(SHARE)],
    ['createShare', 202, () => json({ ...SHARE, url: 'https://example.org/a.mp4' })],
    ['createShare', 202, () => json({ phone: '+861065529988', recipients: SHARE.recipients })],
    [
      'createShare',
      202,
      () => json({ ...SHARE, recipients: ['a@gmial.com', '??'], partial: true }),
    ],
    ['createShare', 422, () => json({ ...SHARE, recipients: ['??'] })],
    ['createShare', 422, () => json({ ...SHARE, url: 'javascript:1' })],
    ['createShare', 422, () => json({ recipients: 5 })],
    ['createShare', 400, () => ({ options: { raw: '{' } })],
    ['createShare', 401, () => ({ options: { body: SHARE, token: 'wrong' } })],
    ['createShare', 413, () => json({ note: 'x'.repeat(70_000) })],
    ['createShare', 415, () => ({ options: { raw: '{}', headers: { 'content-type': 'x/y' } } })],
    ['listShares', 200, () => ({ query: '?limit=3' })],
    ['listShares', 400, () => ({ query: '?limit=0' })],
    ['getShare', 200, () => ({ id: share.id })],
    ['getShare', 404, () => ({ id: 'none' })],
    ['getVisits', 200, () => ({ id: share.id })],
    ['getVisits', 404, () => ({ id: 'none' })],
    ['getReplies', 200, () => ({ id: share.id })],
    ['getReplies', 404, () => ({ id: 'none' })],
    ['getReplies', 400, () => ({ id: share.id, query: '?cursor=x' })],
    ['addRecipients', 202, () => ({ id: share.id, ...json({ recipients: ['c@example.org'] }) })],
    ['addRecipients', 404, () => ({ id: 'none', ...json({ recipients: ['c@example.org'] }) })],
    ['cancelDelivery', 200, () => ({ id: share.deliveries[0]?.id ?? '' })],
    ['retryDelivery', 200, () => ({ id: share.deliveries[0]?.id ?? '' })],
    ['retryDelivery', 404, () => ({ id: 'none' })],
    ['recallDelivery', 200, () => ({ id: share.deliveries[0]?.id ?? '' })],
    ['retryDelivery', 409, () => ({ id: share.deliveries[0]?.id ?? '' })],
    ['cancelShare', 200, () => ({ id: share.id })],
    ['recallShare', 200, () => ({ id: share.id })],
    ['listContacts', 200, () => ({})],
    ['createContact', 201, () => json({ name: 'Dad', addresses: ['dad@example.org'] })],
    ['createContact', 201, () => json({ kind: 'group', name: 'family', members: ['Mum'] })],
    ['createContact', 409, () => json({ name: 'mum', addresses: ['x@example.org'] })],
    ['createContact', 422, () => json({ name: 'Nobody', addresses: ['??'] })],
    ['getContact', 200, () => ({ id: contact.id })],
    ['getContact', 404, () => ({ id: 'none' })],
    [
      'replaceContact',
      200,
      () => ({ id: contact.id, ...json({ name: 'Mother', addresses: ['mum@example.org'] }) }),
    ],
    ['removeContact', 204, () => ({ id: contact.id })],
    ['removeContact', 404, () => ({ id: contact.id })],
    ['listChannels', 200, () => ({})],
    ['enterChat', 200, () => ({ id: 'terminal-1', ...json(LINE) })],
    ['enterChat', 200, () => ({ id: 'terminal-1', ...json({ ...LINE, id: '2', act: PRESS }) })],
    ['enterChat', 404, () => ({ id: 'short', ...json(LINE) })],
    ['enterChat', 422, () => ({ id: 'terminal-1', ...json({ id: '3' }) })],
    ['chatNews', 200, () => ({ id: 'terminal-1', query: '?after=0&wait=0' })],
    ['chatNews', 400, () => ({ id: 'terminal-1', query: '?wait=31' })],
    ['chatNews', 404, () => ({ id: 'no such' })],
  ])('%s → %i', async (operationId, status, request) => {
    expect((await drive(operationId, request())).status).toBe(status)
  })

  it('of a replayed and of a mismatched idempotency key', async () => {
    const keyed = (body: unknown): Drive => ({
      options: { body, headers: { 'idempotency-key': 'k' } },
    })
    const answers = [SHARE, SHARE, { ...SHARE, note: 'x' }].map((body) => keyed(body))
    const statuses: number[] = []
    for (const answer of answers) statuses.push((await drive('createShare', answer)).status)
    expect(statuses).toEqual([202, 200, 409])
  })

  it('of a share that was replied to', async () => {
    const body = { url: 'https://example.org/r', recipients: ['+8613800138000'] }
    const made = await drive('createShare', { options: { body } })
    await until(
      () => web.api('GET', `/api/v1/shares/${made.json.id}`),
      ({ json }) => json.deliveries[0].state === 'accepted',
    )
    await web.engine.sink.reply({
      connection: { channel: 'sms', connection: 'default' as never },
      from: { channel: 'sms', value: '+8613800138000' },
      text: 'thank you',
      inboundId: 'r1',
    })
    const { json } = await drive('getReplies', { id: made.json.id })
    expect(json.replies).toMatchObject([{ text: 'thank you', recipient: '+8613800138000' }])
  })

  it('of a visited share', async () => {
    const made = await web.api('POST', '/api/v1/shares', { body: SHARE })
    const code = made.json.deliveries[0].link.split('/').at(-1)
    const visit = { code, method: 'GET', ip: '203.0.113.7', headers: {}, viewer: null }
    await web.engine.visiting.visit({ ...visit, headers: { 'user-agent': 'Slackbot 1.0' } })
    const { json: visits } = await drive('getVisits', { id: made.json.id })
    expect(visits).toHaveProperty('counters')
  })

  it('on every route that there is', () => {
    expect([...answered.keys()].sort()).toEqual(OPERATIONS.map(({ id }) => id).sort())
    for (const [id, statuses] of answered) {
      expect(
        [...statuses].some((status) => status < 300),
        id,
      ).toBe(true)
    }
  })
})

describe('the document', () => {
  it('is served as it is made', async () => {
    const { status, json: served, headers } = await web.api('GET', '/openapi.json')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(served).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://localhost:8080' }] })
    expect(Object.keys(served.paths)).toEqual(Object.keys(document.paths ?? {}))
  })

  it('is shown for people at /docs, without scripts of others', async () => {
    const { status, text } = await web.api('GET', '/docs', { token: null })
    expect(status).toBe(200)
    for (const { path } of OPERATIONS) expect(text).toContain(`/api/v1${path}`)
    expect(text).not.toMatch(/<script|src="http/)
  })
})
