/** Things that happen, counted. Labels take few values: never an id, an address or a code. */
export type CountName =
  /** Sends by what they came to. Labels: `channel`, `outcome`. */
  | 'outcomes'
  /** Shares accepted. Label: `frontEnd`. */
  | 'shares'
  /** Visits by class. Label: `class`. */
  | 'visits'
  /** Visits that were answered but are stored nowhere. */
  | 'unrecordedVisits'
  /** HTTP requests. Labels: `area`, `status` (`2xx`…). */
  | 'requests'

/** Durations. */
export type TimingName =
  /** From the first byte of `GET /r/…` to its answer. */
  'redirect'

/** Levels, read when somebody looks. */
export type GaugeName =
  /** Deliveries due and waiting. Label: `channel`. */
  | 'queueDepth'
  /** How long the longest of them has been due, in seconds. Label: `channel`. */
  | 'queueAge'
  /** Connections that are down. Label: `channel`. */
  | 'connectionsDown'

/** By name; the same names at each count of a metric. */
export type MetricLabels = Readonly<Record<string, string>>

/** One level now. */
export interface Reading {
  readonly labels: MetricLabels
  readonly value: number
}

/** Numbers for the operator. No method throws, and none but the gauges' readers does I/O. */
export interface Metrics {
  count(name: CountName, labels?: MetricLabels, by?: number): void
  observe(name: TimingName, seconds: number, labels?: MetricLabels): void
  /** The reader is called at each look; where it fails the gauge is left out. The last one given holds. */
  gauge(name: GaugeName, read: () => Promise<readonly Reading[]>): void
}
