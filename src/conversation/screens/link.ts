import type { Account } from '#core/account.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { blocks, bold, button, line, said } from './rich.ts'
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
  const create = { on: 'menu', act: 'account', arg: '' } as const
  return {
    body: blocks(
      texts(way.begun ? 'chat.link.toShare' : 'chat.link.ask'),
      texts('chat.link.how', { minutes: way.minutes }),
    ),
    buttons: [
      [{ kind: 'url', label: texts('chat.link.open'), url: way.url }],
      ...(way.mayCreate ? [[button(texts('chat.link.create'), create)]] : []),
    ],
    placeholder: texts('chat.link.placeholder'),
  }
}

/** What was begun waits for an account: the link that leads to one may be at hand, so another is made only if asked for. */
export function waitsForLinkScreen({ texts }: Tongue): Screen {
  const link = { on: 'menu', act: 'link', arg: '' } as const
  return {
    body: blocks(texts('chat.link.toShare')),
    buttons: [[button(texts('chat.link.open'), link, 'main')]],
  }
}

/** Whether to leave the account that they act for. */
export function moveScreen({ texts }: Tongue, account: string): Screen {
  return {
    body: blocks(texts('chat.link.already', { account })),
    buttons: [
      [
        button(texts('chat.link.move'), { on: 'menu', act: 'move', arg: '' }),
        button(texts('chat.link.stay'), { on: 'menu', act: 'close', arg: '' }),
      ],
    ],
  }
}

/** Whether to be linked to the account that asks for it. */
export function offerScreen(
  { texts }: Tongue,
  offer: {
    readonly secret: string
    readonly account: Account
    readonly movesFrom: Account | null
  },
): Screen {
  const { displayName, username } = offer.account
  const agree = { on: 'menu', act: 'agree', arg: offer.secret } as const
  return {
    body: blocks(
      texts('chat.offer.ask', { account: displayName, username }),
      offer.movesFrom && texts('chat.offer.moves', { account: offer.movesFrom.displayName }),
      texts('chat.offer.careful'),
    ),
    buttons: [
      [
        button(texts('chat.offer.agree'), agree, 'main'),
        button(texts('chat.offer.refuse'), { on: 'menu', act: 'close', arg: '' }),
      ],
    ],
  }
}

/** The PIN, in two groups as it is read. */
export function pinScreen(
  { texts }: Tongue,
  shown: { readonly pin: string; readonly minutes: number; readonly account: Account },
): Screen {
  const { pin, minutes, account } = shown
  return {
    body: blocks(
      texts('chat.pin.how', { account: account.displayName, minutes }),
      line(bold(`${pin.slice(0, 3)} ${pin.slice(3)}`)),
      texts('chat.pin.careful'),
    ),
    buttons: [],
  }
}

/** Whether to unlink all the same, though nobody comes to the account any more. */
export function lastWayScreen({ texts }: Tongue, account: string): Screen {
  return {
    body: blocks(texts('chat.unlink.last', { account }), texts('chat.unlink.lastHow')),
    buttons: [
      [button(texts('chat.unlink.password'), { on: 'menu', act: 'sign-in', arg: '' }, 'main')],
      [
        button(texts('chat.unlink.surely'), { on: 'menu', act: 'unlink', arg: '' }, 'danger'),
        button(texts('chat.link.stay'), { on: 'menu', act: 'close', arg: '' }),
      ],
    ],
  }
}

/** A link by which whoever opens it is signed in. */
export function signInScreen(
  { texts }: Tongue,
  way: { readonly url: string; readonly minutes: number; readonly account: string },
): Screen {
  const { url, minutes, account } = way
  return {
    body: blocks(texts('chat.signIn.how', { account, minutes }), texts('chat.signIn.careful')),
    buttons: [[{ kind: 'url', label: texts('chat.signIn.open'), url }]],
  }
}

export function unlinkScreen({ texts }: Tongue, account: string): Screen {
  const again = { on: 'menu', act: 'link', arg: '' } as const
  return {
    ...said(texts('chat.unlink.done', { account })),
    buttons: [[button(texts('chat.link.again'), again)]],
  }
}
