/**
 * Loads a server with GETs over kept-alive connections, one request at a time on each, from a process of its own.
 * Prints what was answered, as JSON, when the time is up or the server has closed every connection; a process that
 * forked this one is told meanwhile how many redirects have come.
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

export interface LoadPlan {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  readonly paths: readonly string[]
  readonly agents: readonly string[]
  readonly addresses: readonly string[]
}

export interface LoadResult {
  /** Complete answers with status 302. */
  readonly answered: number
  readonly otherStatus: number
  /** Of those, with status 503. */
  readonly unavailable: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Different combinations of path, agent and address, made before the clock starts. */
const REQUESTS = 40_000
const BUCKET_MS = 0.02
/** Between two times that it tells how far it came. */
const TELL_MS = 20
const BUCKETS = 100_000

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T
}

function makeRequests(plan: LoadPlan): Buffer[] {
  return Array.from({ length: REQUESTS }, () =>
    Buffer.from(
      `GET ${pick(plan.paths)} HTTP/1.1\r\nHost: 127.0.0.1:${plan.port}\r\n` +
        `User-Agent: ${pick(plan.agents)}\r\nX-Forwarded-For: ${pick(plan.addresses)}\r\n` +
        'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n' +
        'Accept-Language: en-GB,en;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n',
    ),
  )
}

/** The length of the first whole answer in the text, or 0. */
function answerLength(text: string): number {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return 0
  const at = text.toLowerCase().lastIndexOf('content-length: ', end)
  const body = at < 0 ? 0 : Number.parseInt(text.slice(at + 16, at + 26), 10)
  return text.length >= end + 4 + body ? end + 4 + body : 0
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const requests = makeRequests(plan)
  const histogram = new Uint32Array(BUCKETS)
  let answered = 0
  let otherStatus = 0
  let unavailable = 0
  let next = 0
  const begun = performance.now()
  const end = begun + plan.seconds * 1_000

  const drive = (socket: Socket, done: () => void): void => {
    let text = ''
    let sentAt = 0
    const send = (): void => {
      next = (next + 1) % REQUESTS
      sentAt = performance.now()
      socket.write(requests[next] as Buffer)
    }
    socket.setNoDelay(true)
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const length = answerLength(text)
      if (length === 0) return
      if (text.startsWith('302', 9)) answered++
      else otherStatus++
      if (text.startsWith('503', 9)) unavailable++
      text = text.slice(length)
      const now = performance.now()
      const bucket = Math.min(BUCKETS - 1, Math.floor((now - sentAt) / BUCKET_MS))
      histogram[bucket] = (histogram[bucket] ?? 0) + 1
      if (now < end) send()
      else socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', done)
  }

  const telling = setInterval(() => process.send?.(answered), TELL_MS)
  await Promise.all(
    Array.from(
      { length: plan.connections },
      () => new Promise<void>((done) => drive(connect(plan.port, '127.0.0.1'), done)),
    ),
  )
  clearInterval(telling)
  const seconds = (Math.min(performance.now(), end) - begun) / 1_000
  const perSecond = (answered + otherStatus) / seconds
  return { answered, otherStatus, unavailable, perSecond, ...percentiles(histogram) }
}

function percentiles(histogram: Uint32Array): { p50Ms: number; p99Ms: number } {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  const at = (share: number): number => {
    let seen = 0
    const bucket = histogram.findIndex((count) => {
      seen += count
      return seen >= total * share
    })
    return (bucket + 1) * BUCKET_MS
  }
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}

if (import.meta.main) {
  const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadPlan
  console.log(JSON.stringify(await run(plan)))
}
