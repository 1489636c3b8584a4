import { html } from 'hono/html'
import { Parser } from 'htmlparser2'
import type { RenderedWapPush } from '#core/message/message.ts'

/** A push as a Push Proxy Gateway takes it (PAP 2.0, WAP-247): who gets it, and what. */
export interface PushDocuments {
  /** `application/xml`. */
  readonly control: string
  /** `text/vnd.wap.si`. */
  readonly indication: string
}

/** What a gateway's answer says, whatever its HTTP status. `code` is one of WAP-247, 9.14. */
export interface PapAnswer {
  readonly code: number
  readonly description: string
}

/** `pushId` names this push at the gateway, and must be new each time; the indication's own id is in `push`. */
export function writePush(push: RenderedWapPush, pushId: string, created: Date): PushDocuments {
  const to = `WAPPUSH=${push.to}/TYPE=PLMN@ppg`
  return {
    control: text(html`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd">
<pap><push-message push-id="${pushId}"><address address-value="${to}"/><quality-of-service delivery-method="unconfirmed"/></push-message></pap>
`),
    indication: text(html`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">
<si><indication${attributes({
      href: push.href,
      'si-id': push.siId,
      action: push.action,
      created: timeOf(created),
      'si-expires': push.expiresAt === null ? '' : timeOf(new Date(push.expiresAt)),
    })}>${push.title}</indication></si>
`),
  }
}

/** The first result in an answer, undefined where it is no PAP. */
export function readPap(xml: string): PapAnswer | undefined {
  let found: PapAnswer | undefined
  const parser = new Parser(
    {
      onopentag(name, { code = '', desc = '' }) {
        const result = name === 'response-result' || name === 'badmessage-response'
        if (result && /^\d{4}$/.test(code)) found ??= { code: Number(code), description: desc }
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(xml)
  return found
}

/** What is empty is left out. */
function attributes(values: Readonly<Record<string, string>>) {
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => html` ${name}="${value}"`)
}

/** UTC, to the second: the gateway takes no fractions. */
function timeOf(date: Date): string {
  return date.toISOString().replace(/\.\d{3}/, '')
}

/** Every value here is a string, so that there is nothing to wait for. */
function text(written: ReturnType<typeof html>): string {
  return `${written}`
}
