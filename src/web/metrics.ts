import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type {
  CountName,
  GaugeName,
  MetricLabels,
  Metrics,
  Reading,
  TimingName,
} from '#ports/metrics.ts'

/** Metrics that are served at `/metrics`. */
export interface ServedMetrics extends Metrics {
  readonly contentType: string
  text(): Promise<string>
}

interface Described {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

const COUNTS: Readonly<Record<CountName, Described>> = {
  outcomes: {
    name: 'passalong_outcomes_total',
    help: 'Sends by what they came to',
    labels: ['channel', 'outcome'],
  },
  shares: { name: 'passalong_shares_total', help: 'Shares accepted', labels: ['frontEnd'] },
  visits: { name: 'passalong_visits_total', help: 'Visits of links by class', labels: ['class'] },
  unrecordedVisits: {
    name: 'passalong_unrecorded_visits_total',
    help: 'Visits answered but not stored',
    labels: [],
  },
  requests: {
    name: 'passalong_http_requests_total',
    help: 'HTTP requests by area and class of status',
    labels: ['area', 'status'],
  },
}

const TIMINGS: Readonly<Record<TimingName, Described>> = {
  redirect: {
    name: 'passalong_redirect_seconds',
    help: 'From a request of a link to its answer',
    labels: [],
  },
}

const GAUGES: Readonly<Record<GaugeName, Described>> = {
  queueDepth: {
    name: 'passalong_queue_depth',
    help: 'Deliveries due and waiting',
    labels: ['channel'],
  },
  queueAge: {
    name: 'passalong_queue_age_seconds',
    help: 'How long the longest waiting delivery has been due',
    labels: ['channel'],
  },
  connectionsDown: {
    name: 'passalong_connections_down',
    help: 'Connections that are down',
    labels: ['channel'],
  },
}

/** Half a millisecond to ten seconds: redirects stand at the low end, sends at the high one. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Prometheus metrics in a registry of their own. */
export function createMetrics(): ServedMetrics {
  const registry = new Registry()
  const counts = mapValues(COUNTS, (its) => new Counter(options(its, registry)))
  const timings = mapValues(
    TIMINGS,
    (its) => new Histogram({ ...options(its, registry), buckets: SECONDS }),
  )
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    count: (name, labels = {}, by = 1) => counts[name].inc(labels, by),
    observe: (name, seconds, labels = {}) => timings[name].observe(labels, seconds),
    gauge: (name, read) => addGauge(registry, GAUGES[name], read),
  }
}

function addGauge(registry: Registry, its: Described, read: () => Promise<readonly Reading[]>) {
  registry.removeSingleMetric(its.name)
  new Gauge({
    ...options(its, registry),
    async collect() {
      const readings = await read().catch((): readonly Reading[] => [])
      this.reset()
      for (const { labels, value } of readings) this.set(labels as MetricLabels, value)
    },
  })
}

function options(its: Described, registry: Registry) {
  return { name: its.name, help: its.help, labelNames: [...its.labels], registers: [registry] }
}

function mapValues<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V) => W,
): Record<K, W> {
  const entries = Object.entries(record) as [K, V][]
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)])) as Record<K, W>
}
