import { LRUCache } from 'lru-cache'
import type { ChannelName, Via } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { Tracking } from '#core/share.ts'
import { type Agent, MAX_AGENT_LENGTH, readAgent } from '#core/visit/agent.ts'
import { classify, type MailFacts, wishesPrivacy } from '#core/visit/classify.ts'
import type { VisitRequest } from '#engine/engine.ts'
import type { Link, Visit } from '#ports/store/visits.ts'
import type { ScannerWatch } from './scanner-watch.ts'
import type { Visitors } from './visitors.ts'

const AGENTS_KNOWN = 5_000

/** What is to be recorded of a request. */
export interface Observation {
  readonly visit: Visit
  /** Earlier human visits that this one shows to be a scanner's. */
  readonly takenBack: readonly Visit[]
}

/** Makes a visit of a request: who it was, and what of it may be kept. */
export interface Observer {
  /** Undefined while the day's salt is not here. */
  observe(link: Link, request: VisitRequest, now: Instant): Observation | undefined
}

interface ObserverDeps {
  readonly visitors: Visitors
  readonly watch: ScannerWatch
  readonly tracking: Tracking
  viaOf(channel: ChannelName): Via
}

const NOTHING: readonly Visit[] = []

/** User-Agents that came before are not read again. */
export function createObserver(deps: ObserverDeps): Observer {
  const agents = new LRUCache<string, Agent>({ max: AGENTS_KNOWN })

  function agentOf(userAgent: string): Agent {
    const known = agents.get(userAgent)
    if (known) return known
    const read = readAgent(userAgent)
    agents.set(userAgent, read)
    return read
  }

  /** Null where no mail went out: what is only kept cannot be scanned. */
  function mailOf(link: Link, now: number): Omit<MailFacts, 'codes'> | null {
    const sending = link.via === null && link.state === 'sending'
    if ((sending ? deps.viaOf(link.channel) : link.via) !== 'email') return null
    return { sending, acceptedMsAgo: link.acceptedAt === null ? null : now - link.acceptedAt }
  }

  return {
    observe(link, request, now) {
      const { headers } = request
      const userAgent = String(headers['user-agent'] ?? '').slice(0, MAX_AGENT_LENGTH)
      const client = deps.visitors.hash(now, `${request.ip}\n${userAgent}`)
      if (client === undefined) return undefined
      const agent = agentOf(userAgent)
      const own = request.viewer === link.account
      const mail = mailOf(link, now)
      const alone = own || agent.robot !== null
      const codes = mail && !alone ? deps.watch.seen(client, link.code, now) : 1
      const facts = {
        method: request.method,
        headers,
        agent,
        own,
        mail: mail && { ...mail, codes },
      }
      const { class: kind, why } = classify(facts)
      const tracked =
        link.tracking === 'full' && deps.tracking === 'full' && !wishesPrivacy(headers)
      const visit: Visit = {
        delivery: link.delivery,
        at: now,
        class: kind,
        why,
        visitor: tracked ? client : '',
        agent: tracked ? agent.family : '',
        tracked,
      }
      if (mail && kind === 'human') deps.watch.keep(client, visit)
      const scanner = why === 'many-codes'
      return { visit, takenBack: scanner ? deps.watch.takeBack(client, now) : NOTHING }
    },
  }
}
