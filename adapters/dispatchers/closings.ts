import type { ChannelName } from '#core/address.ts'

/** Channels whose end is under way: whoever ceases one again waits for that end, as the first did. */
export class Closings {
  readonly #under = new Map<ChannelName, Promise<void>>()

  /** What is under way already, if anything. */
  of(channel: ChannelName): Promise<void> {
    return this.#under.get(channel) ?? Promise.resolve()
  }

  /** Resolves with the end given, and not before an earlier one of the channel. */
  async add(channel: ChannelName, end: Promise<void>): Promise<void> {
    const both = Promise.all([this.of(channel), end]).then(() => undefined)
    this.#under.set(channel, both)
    try {
      await both
    } finally {
      if (this.#under.get(channel) === both) this.#under.delete(channel)
    }
  }
}
