import type { ApiMethod } from '#test/services/telegram-api/methods.ts'
import { REFUSALS, type TelegramApi } from '#test/services/telegram-api/telegram-api.ts'

/** Which of the requests that are in trouble were done all the same: each may be done again. */
export interface Trouble {
  readonly all: number
  /** Messages that stand in a chat though the bot was not told. */
  readonly unanswered: number
  end(): void
}

const KINDS = ['wait', 'html', 'before', 'after', 'slow'] as const

/** From now on so many of a hundred requests are refused, cut or late. `random` is in [0, 1). */
export function makeTrouble(
  { faults }: Pick<TelegramApi, 'faults'>,
  percent: number,
  random: () => number,
): Trouble {
  const take = faults.take.bind(faults)
  let all = 0
  let unanswered = 0
  faults.take = (method: ApiMethod, chat: unknown) => {
    if (random() * 100 >= percent) return take(method, chat)
    all++
    const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 'slow'
    switch (kind) {
      case 'wait':
        return { refuse: REFUSALS.tooManyRequests(1) }
      case 'html':
        return { html: 502 }
      case 'slow':
        return { slow: 300 }
      case 'before':
        return { cut: 'before' }
      case 'after':
        if (method === 'sendMessage') unanswered++
        return { cut: 'after' }
      default:
        return kind satisfies never
    }
  }
  return {
    get all() {
      return all
    },
    get unanswered() {
      return unanswered
    },
    end() {
      faults.take = take
    },
  }
}
