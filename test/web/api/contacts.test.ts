import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'

let web: RunningWeb
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.close())

const create = (body: object) => web.api('POST', '/api/v1/contacts', { body })

it('adds a person, says where it is, and lists it', async () => {
  const { status, json, headers } = await create({ name: 'Mum', addresses: ['mum@example.org'] })
  expect(status).toBe(201)
  expect(json).toMatchObject({ kind: 'person', use: 'first', addresses: ['mum@example.org'] })
  const location = headers.get('location') ?? ''
  expect((await web.api('GET', location)).json).toEqual(json)
  expect((await web.api('GET', '/api/v1/contacts')).json.contacts).toContainEqual(json)
})

it('shares with a contact and a group by name', async () => {
  await create({ name: 'Dad', addresses: ['dad@example.org', '+8613800138000'], use: 'all' })
  await create({ kind: 'group', name: 'parents', members: ['Dad', 'aunt@example.org'] })
  const { json } = await web.api('POST', '/api/v1/shares', {
    body: { url: 'https://example.org/', recipients: ['#parents'] },
  })
  expect(json.deliveries.map((its: { address: string }) => its.address).sort()).toEqual([
    '+8613800138000',
    'aunt@example.org',
    'dad@example.org',
  ])
})

it('replaces and removes', async () => {
  const { json } = await create({ name: 'Friend', addresses: ['f@example.org'] })
  const path = `/api/v1/contacts/${json.id}`
  const body = { name: 'Old friend', addresses: ['old@example.org'] }
  expect((await web.api('PUT', path, { body })).json.name).toBe('Old friend')
  expect((await web.api('DELETE', path)).status).toBe(204)
  expect((await web.api('GET', path)).status).toBe(404)
  expect((await web.api('DELETE', path)).status).toBe(404)
})

it.each(['GET', 'PUT', 'DELETE'])("answers 404 to %s of another's contact", async (method) => {
  const body = { name: `Mine ${method}`, addresses: ['m@example.org'] }
  const { json } = await create(body)
  const options = { token: web.bob.token, ...(method === 'PUT' ? { body } : {}) }
  expect((await web.api(method, `/api/v1/contacts/${json.id}`, options)).status).toBe(404)
  expect((await web.api('GET', `/api/v1/contacts/${json.id}`)).json).toEqual(json)
})

it('refuses a name twice, whatever its case', async () => {
  await create({ name: 'Twice', addresses: ['a@example.org'] })
  const { status, json } = await create({ name: 'TWICE', addresses: ['b@example.org'] })
  expect([status, json.code]).toEqual([409, 'name_taken'])
})
