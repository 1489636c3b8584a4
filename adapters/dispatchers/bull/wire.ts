import type { Redis } from 'ioredis'
import { z } from 'zod'
import { endsWithin } from '../ends-within.ts'

/** A subscription that takes longer goes on by itself. */
const SUBSCRIBED_MS = 500
/** More tidings than this are not kept for a Redis that is away. */
const MOST = 10_000

/** Runs: null. Given back: after how many milliseconds it may be rung again. */
export type Left = number | null

const message = z.object({
  knock: z.boolean(),
  left: z.array(z.tuple([z.string(), z.number().nullable()])),
})

/** What is heard from the processes of the fleet, this one among them. */
export interface Hearer {
  /** There may be due work. */
  knock(): void
  /** Jobs left Bull. */
  left(jobs: readonly (readonly [key: string, how: Left])[]): void
}

/** How processes tell each other what only makes them faster; nothing depends on its arrival. */
export interface Wire {
  // None of these waits or throws.
  knock(): void
  left(key: string, how: Left): void
  close(): void
}

/** Hears from now on. What there is to tell is gathered while an earlier message is under way. */
export async function openWire(
  { client, subscriber, name }: { client: Redis; subscriber: Redis; name: string },
  hearer: Hearer,
): Promise<Wire> {
  let left: [string, Left][] = []
  let knock = false
  let telling = false

  const hear = (channel: string, text: string): void => {
    const heard = channel === name ? understood(text) : null
    if (!heard) return
    if (heard.left.length > 0) hearer.left(heard.left)
    if (heard.knock) hearer.knock()
  }
  async function tell(): Promise<void> {
    if (telling) return
    telling = true
    while (knock || left.length > 0) {
      const text = JSON.stringify({ knock, left })
      left = []
      knock = false
      await client.publish(name, text).catch(() => undefined)
    }
    telling = false
  }

  const subscribed = Promise.withResolvers<void>()
  // Each connection asks anew: what a server once refused (its password was changed) is not asked for by ioredis again.
  const subscribe = (): void => {
    subscriber.subscribe(name).then(
      () => subscribed.resolve(),
      () => undefined,
    )
  }

  subscriber.on('message', hear)
  subscriber.on('ready', subscribe)
  subscriber.connect().catch(() => undefined)
  await endsWithin(SUBSCRIBED_MS, subscribed.promise)
  return {
    knock() {
      knock = true
      void tell()
    },
    left(key, how) {
      if (left.length < MOST) left.push([key, how])
      void tell()
    },
    close() {
      subscriber.off('message', hear)
      subscriber.off('ready', subscribe)
    },
  }
}

/** Null for what another release may say. */
function understood(text: string): z.infer<typeof message> | null {
  try {
    return message.parse(JSON.parse(text))
  } catch {
    return null
  }
}
