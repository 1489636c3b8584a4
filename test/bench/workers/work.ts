/** What a worker process is started for, as JSON in its first argument. */
export interface Work {
  readonly uri: string
  readonly redisUrl: string
  /** Jobs that run at once. */
  readonly concurrency: number
  /** What a send takes. */
  readonly sendMs: number
}

/** What a worker says of itself when it is asked. */
export interface Progress {
  /** Sends whose outcome is written down. */
  readonly done: number
  /** Of the process, since its start. */
  readonly cpuMs: number
}

export function workGiven(): Work {
  return JSON.parse(process.argv[2] ?? '') as Work
}

/** Answers each message of the parent with the progress, and ends with it. */
export function report(done: () => number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ done: done(), cpuMs: (user + system) / 1_000 } satisfies Progress)
  })
  process.on('disconnect', () => process.exit(0))
}
