import type { Estimate } from '#ports/channel.ts'

/** What so many segments take: a rate unit each. */
export function segmentEstimate(segments: number): Estimate {
  return { cost: segments, segments }
}
