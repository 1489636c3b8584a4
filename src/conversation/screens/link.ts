import type { Screen } from '#ports/bot-platform.ts'
import { blocks, button } from './rich.ts'
import type { Tongue } from './words.ts'

/** The way to an account. */
export function linkScreen(
  { texts }: Tongue,
  way: {
    readonly url: string
    readonly minutes: number
    readonly mayCreate: boolean
    /** A share waits for it. */
    readonly begun: boolean
  },
): Screen {
  return {
    body: blocks(
      texts(way.begun ? 'chat.link.toShare' : 'chat.link.ask'),
      texts('chat.link.how', { minutes: way.minutes }),
    ),
    buttons: [
      [{ kind: 'url', label: texts('chat.link.open'), url: way.url }],
      ...(way.mayCreate
        ? [[button(texts('chat.link.create'), { on: 'menu', act: 'account', arg: '' })]]
        : []),
    ],
    placeholder: texts('chat.link.placeholder'),
  }
}
