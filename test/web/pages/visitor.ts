import { DomUtils, parseDocument } from 'htmlparser2'
import type { Account } from '#core/account.ts'
import { PASSWORD, type RunningWeb } from '#test/web/start-web.ts'

type ChildNode = ReturnType<typeof parseDocument>['children'][number]
export type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number]

export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where it redirects to, or empty. */
  readonly location: string
  /** All text of the page's main part, spaces folded. */
  readonly text: string
  readonly dom: ChildNode[]
}

export type Fields = Readonly<Record<string, string | readonly string[]>>

/** A browser without scripts: keeps cookies, fills in forms as they stand on the page. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly origin: string
  readonly language: string
  readonly agent: string

  constructor(origin: string, language = 'en', agent = '') {
    this.origin = origin
    this.language = language
    this.agent = agent
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Seen> {
    return this.#ask(path, { headers })
  }

  async post(path: string, fields: Fields): Promise<Seen> {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value].flat()) body.append(name, one)
    }
    return this.#ask(path, { method: 'POST', body })
  }

  /** Sends the form with that action as it stands on the page, some of its fields changed. */
  async submit(page: Seen, action: string, changes: Fields = {}): Promise<Seen> {
    const form = formOf(page, action)
    if (!form) throw new Error(`no form for ${action} on the page`)
    return this.post(action, { ...fieldsOf(form), ...changes })
  }

  /** Goes where an answer sends it. */
  async follow(seen: Seen): Promise<Seen> {
    if (!seen.location) throw new Error(`not sent on: ${seen.status} ${seen.text.slice(0, 300)}`)
    return this.get(seen.location)
  }

  async signIn(username = 'ann', password = PASSWORD): Promise<Seen> {
    const page = await this.get('/sign-in')
    return this.submit(page, '/sign-in', { username, password })
  }

  async #ask(path: string, init: RequestInit): Promise<Seen> {
    const answer = await fetch(new URL(path, this.origin), {
      redirect: 'manual',
      ...init,
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'accept-language': this.language,
        ...(this.agent ? { 'user-agent': this.agent } : {}),
        ...init.headers,
      },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
    const html = await answer.text()
    const dom = parseDocument(html).children
    const main = DomUtils.findOne((element) => element.name === 'main', dom, true)
    const text = DomUtils.textContent(main ?? dom).replace(/\s+/g, ' ')
    const location = answer.headers.get('location') ?? ''
    return { status: answer.status, headers: answer.headers, html, location, text, dom }
  }
}

export async function signedIn(web: RunningWeb, username = 'ann'): Promise<Visitor> {
  const visitor = new Visitor(web.url)
  await visitor.signIn(username)
  return visitor
}

/** The same without a password: signing in often is refused. */
export async function browserOf(web: RunningWeb, account: Account): Promise<Visitor> {
  const visitor = new Visitor(web.url)
  for (const pair of (await web.signedIn(account)).split('; ')) {
    const [name = '', value = ''] = pair.split('=')
    visitor.cookies.set(name, value)
  }
  return visitor
}

export function elements(page: Seen, name: string): Element[] {
  return DomUtils.getElementsByTagName(name, page.dom, true)
}

export function formOf(page: Seen, action: string): Element | undefined {
  return elements(page, 'form').find(
    (form) => form.attribs.method === 'post' && (form.attribs.action ?? '') === action,
  )
}

/** The form token of a page, for a form that does not stand on it. */
export function csrfOf(page: Seen): string {
  const field = elements(page, 'input').find(({ attribs }) => attribs.name === '_csrf')
  return field?.attribs.value ?? ''
}

/** The links of a page, by their text. */
export function linksOf(page: Seen): Map<string, string> {
  return new Map(
    elements(page, 'a').map((a) => [
      DomUtils.textContent(a).replace(/\s+/g, ' ').trim(),
      a.attribs.href ?? '',
    ]),
  )
}

/** What a browser would send of a form whose button has no name. */
export function fieldsOf(form: Element): Record<string, string | string[]> {
  const fields: Record<string, string[]> = {}
  const add = (name: string | undefined, value: string): void => {
    if (name) fields[name] = [...(fields[name] ?? []), value]
  }
  const inside = DomUtils.getElementsByTagName('*', form.children, true)
  for (const { name, attribs, children } of inside) {
    if (name === 'textarea') add(attribs.name, DomUtils.textContent(children).replace(/^\n/, ''))
    if (name === 'select') add(attribs.name, selectedOf(children))
    if (name === 'input' && isSent(attribs)) add(attribs.name, attribs.value ?? 'on')
  }
  return fields
}

function isSent(attribs: Readonly<Record<string, string>>): boolean {
  return ['checkbox', 'radio'].includes(attribs.type ?? '') ? 'checked' in attribs : true
}

function selectedOf(options: ChildNode[]): string {
  const all = DomUtils.getElementsByTagName('option', options, true)
  return (all.find((option) => 'selected' in option.attribs) ?? all[0])?.attribs.value ?? ''
}

/** What is said to be wrong with a field, beside it; undefined where nothing is. */
export function faultAt(page: Seen, field: string): string | undefined {
  const fault = elements(page, 'p').find(({ attribs }) => attribs.id === `${field}-fault`)
  return fault && DomUtils.textContent(fault)
}

/** The id of the field in which typing goes on. */
export function focusOf(page: Seen): string | undefined {
  return elements(page, 'input').find(({ attribs }) => 'autofocus' in attribs)?.attribs.id
}
