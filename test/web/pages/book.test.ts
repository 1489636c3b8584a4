import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWeb, startWeb } from '#test/web/start-web.ts'
import { elements, fieldsOf, formOf, signedIn, type Visitor } from './visitor.ts'

let web: RunningWeb
let visitor: Visitor
beforeAll(async () => {
  web = await startWeb()
  visitor = await signedIn(web)
})
afterAll(() => web.close())

describe('the contacts page', () => {
  it('makes, changes and deletes people and groups', async () => {
    const page = await visitor.get('/contacts')
    const lines = 'mum@example.org\n+8613800138000\n'
    await visitor.submit(page, '/contacts', { kind: 'person', name: 'Mum', lines, use: 'all' })
    const [mum] = await web.engine.contacts.list(web.ann.account.id)
    expect(mum).toMatchObject({
      name: 'Mum',
      addresses: ['mum@example.org', '+8613800138000'],
      use: 'all',
    })
    const form = `/contacts/${mum?.id}`
    const changed = await visitor.get('/contacts')
    expect(fieldsOf(formOf(changed, form)!)).toMatchObject({ name: ['Mum'], use: ['all'] })
    await visitor.submit(changed, form, { name: 'Mother' })
    await visitor.submit(changed, '/contacts', { kind: 'group', name: '#kin', lines: 'Mother' })
    const names = (await web.engine.contacts.list(web.ann.account.id)).map(({ name }) => name)
    expect(names.sort()).toEqual(['Mother', 'kin'])
    await visitor.submit(changed, `${form}/delete`)
    expect(await web.engine.contacts.list(web.ann.account.id)).toHaveLength(1)
  })

  it('keeps what was filled in where it is refused', async () => {
    const page = await visitor.get('/contacts')
    const form = { kind: 'person', name: 'Eve', lines: 'not an address' }
    const refused = await visitor.submit(page, '/contacts', form)
    expect(refused.status).toBe(422)
    expect(refused.html).toContain('not an address')
    expect(elements(refused, 'div').some((div) => div.attribs.role === 'alert')).toBe(true)
  })

  it('is one book for each account', async () => {
    const bob = await signedIn(web, 'bob')
    const [theirs] = await web.engine.contacts.list(web.ann.account.id)
    const csrf = fieldsOf(formOf(await bob.get('/contacts'), '/contacts/notes')!)
    const path = `/contacts/${theirs?.id}`
    const taken = { ...csrf, kind: 'person', name: 'X', lines: 'x@example.org' }
    expect((await bob.post(path, taken)).status).toBe(404)
    expect((await bob.post(`${path}/delete`, csrf)).status).toBe(404)
    expect(await web.engine.contacts.list(web.ann.account.id)).toHaveLength(1)
  })

  it('keeps notes, one a line', async () => {
    const page = await visitor.get('/contacts')
    await visitor.submit(page, '/contacts/notes', { notes: 'One\r\n\r\n  二 \r\n<b>' })
    expect(await web.engine.contacts.notes(web.ann.account.id)).toEqual(['One', '二', '<b>'])
    const again = await visitor.get('/contacts')
    expect(fieldsOf(formOf(again, '/contacts/notes')!).notes).toEqual(['One\n二\n<b>'])
  })
})
