import { setTimeout as sleep } from 'node:timers/promises'
import type { SetWebhookParams } from '@gramio/types/params'
import type { Update, WebhookInfo } from '@grammyjs/types'
import { REFUSALS } from './refusal.ts'
import type { UpdateQueue } from './update-queue.ts'

/** A second there: what failed twice waits one, then twice as long each time (WebhookActor.cpp, on_update_error). */
const UNIT_MS = 25
const LONGEST_MS = 2_000

export interface Delivered {
  readonly update: number
  /** 0: no answer. */
  readonly status: number
}

/** Hands updates to the bot's own server: those of one chat one after the other, others beside them. */
export class Webhook {
  readonly #queue: UpdateQueue
  #set: SetWebhookParams | null = null
  #generation = new AbortController()
  #lastError: { readonly at: number; readonly words: string } | null = null
  #nextSetAt = 0
  readonly #busy = new Set<string>()
  /** All that was tried, in order. */
  readonly deliveries: Delivered[] = []

  constructor(queue: UpdateQueue) {
    this.#queue = queue
    queue.onChange(() => this.#pump())
  }

  get active(): boolean {
    return this.#set !== null
  }

  set(params: SetWebhookParams): void {
    if (!URL.canParse(params.url)) throw REFUSALS.webhookUrl()
    const { secret_token: secret } = params
    if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secret))
      throw REFUSALS.webhookSecret()
    this.#mayBeSet()
    this.#stop()
    this.#queue.end(REFUSALS.endedByWebhook())
    this.#queue.allow(params.allowed_updates)
    if (params.drop_pending_updates) this.#queue.clear()
    this.#set = params
    this.#pump()
  }

  /** Once a second at most (Client.cpp, process_set_webhook_query). */
  #mayBeSet(): void {
    const now = performance.now()
    if (now < this.#nextSetAt) throw REFUSALS.tooManyRequests(1)
    this.#nextSetAt = now + 1_000
  }

  remove(dropPending: boolean): void {
    this.#stop()
    if (dropPending) this.#queue.clear()
  }

  info(): WebhookInfo {
    const allowed = this.#queue.allowed
    return {
      url: this.#set?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.#queue.pending.length,
      ...(this.#set && { max_connections: this.#set.max_connections ?? 40 }),
      ...(allowed && { allowed_updates: allowed as NonNullable<WebhookInfo['allowed_updates']> }),
      ...(this.#lastError && {
        last_error_date: this.#lastError.at,
        last_error_message: this.#lastError.words,
      }),
    }
  }

  /** The same update once more, though it was taken. */
  async again(update: Update): Promise<number> {
    return this.#post(update, this.#generation.signal)
  }

  close(): void {
    this.#stop()
  }

  #stop(): void {
    this.#generation.abort()
    this.#generation = new AbortController()
    this.#set = null
    this.#lastError = null
    this.#busy.clear()
  }

  #pump(): void {
    if (!this.#set) return
    for (const update of this.#queue.pending) {
      const lane = laneOf(update)
      if (this.#busy.has(lane) || this.#busy.size >= (this.#set.max_connections ?? 40)) continue
      this.#busy.add(lane)
      void this.#deliver(update, lane, this.#generation.signal)
    }
  }

  async #deliver(update: Update, lane: string, over: AbortSignal): Promise<void> {
    for (let fails = 0; !over.aborted; fails++) {
      const status = await this.#post(update, over)
      if (over.aborted) return
      if (status >= 200 && status < 300) break
      await sleep(waitAfter(fails), undefined, { signal: over }).catch(() => undefined)
    }
    if (over.aborted) return
    this.#busy.delete(lane)
    this.#queue.drop(update.update_id)
  }

  /** @returns the status; 0: none */
  async #post(update: Update, over: AbortSignal): Promise<number> {
    const { url, secret_token: secret } = this.#set ?? { url: '' }
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
      body: JSON.stringify(update),
      signal: AbortSignal.any([over, AbortSignal.timeout(60_000)]),
    }).catch(() => null)
    await answer?.text().catch(() => '')
    this.#note(update, answer)
    return answer?.status ?? 0
  }

  #note(update: Update, answer: Response | null): void {
    this.deliveries.push({ update: update.update_id, status: answer?.status ?? 0 })
    if (answer?.ok) return
    const words = answer
      ? `Wrong response from the webhook: ${answer.status} ${answer.statusText}`
      : 'Connection refused'
    this.#lastError = { at: Math.floor(Date.now() / 1_000), words }
  }
}

const waitAfter = (fails: number): number =>
  Math.min(LONGEST_MS, fails === 0 ? 0 : UNIT_MS * 2 ** fails)

/** As webhook queues go: by chat, else by user. */
function laneOf(update: Update): string {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message
  const chat = message?.chat ?? update.my_chat_member?.chat
  const user = (update.inline_query ?? update.chosen_inline_result ?? update.callback_query)?.from
  return String(chat?.id ?? user?.id ?? update.update_id)
}
