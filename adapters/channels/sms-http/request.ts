import type { Endpoint } from './gateway.ts'
import { fill, fillJson, inHeader, inUrl, inXml, type Values } from './template.ts'

/** A request as it goes out. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Puts the values into what a description asks for, each escaped for where it stands. */
export function requestOf(endpoint: Endpoint, values: Values): HttpRequest {
  const body = endpoint.body ? bodyOf(endpoint.body, values) : null
  const own = Object.entries(endpoint.headers).map(
    ([name, template]) => [name.toLowerCase(), fill(template, values, inHeader)] as const,
  )
  return {
    method: endpoint.method,
    url: fill(endpoint.url, values, inUrl),
    headers: {
      accept: '*/*',
      ...(body ? { 'content-type': body.type } : {}),
      ...(endpoint.basicAuth ? { authorization: basicLogin(endpoint.basicAuth, values) } : {}),
      ...Object.fromEntries(own),
    },
    body: body?.text ?? null,
  }
}

function bodyOf(
  body: NonNullable<Endpoint['body']>,
  values: Values,
): { readonly type: string; readonly text: string } {
  if ('json' in body) {
    return {
      type: 'application/json; charset=utf-8',
      text: JSON.stringify(fillJson(body.json, values)),
    }
  }
  if ('form' in body) {
    const fields = Object.entries(body.form).map(([name, template]): [string, string] => [
      name,
      fill(template, values),
    ])
    return {
      type: 'application/x-www-form-urlencoded; charset=utf-8',
      text: new URLSearchParams(fields).toString(),
    }
  }
  const safe = /xml/i.test(body.type) ? inXml : undefined
  return { type: body.type, text: fill(body.text, values, safe) }
}

function basicLogin(
  { username, password }: NonNullable<Endpoint['basicAuth']>,
  values: Values,
): string {
  const login = `${fill(username, values)}:${fill(password, values)}`
  return `Basic ${Buffer.from(login).toString('base64')}`
}
