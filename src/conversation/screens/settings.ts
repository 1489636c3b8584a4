import { LOCALES } from '#core/locale.ts'
import type { Button, Screen } from '#ports/bot-platform.ts'
import type { Facts } from '../facts.ts'
import { zoneTag } from '../topics/schedule/offered.ts'
import { blocks, bold, button, line, lines, rows } from './rich.ts'
import type { Tongue } from './words.ts'

export function languageScreen({ texts }: Tongue): Screen {
  return {
    body: blocks(texts('chat.lang.ask')),
    buttons: [
      LOCALES.map((locale) =>
        button(texts(`chat.lang.${locale}`), { on: 'menu', act: 'lang', arg: locale }),
      ),
      [button(texts('chat.lang.auto'), { on: 'menu', act: 'lang', arg: 'auto' })],
    ],
  }
}

export function timeZoneScreen(
  { texts, timeZone }: Tongue & { readonly timeZone: string | null },
  offered: readonly string[],
): Screen {
  return {
    body: lines(
      timeZone !== null && texts('chat.zone.now', { zone: timeZone }),
      texts('chat.zone.ask'),
    ),
    buttons: rows(
      offered.map((zone) =>
        button(zone.replaceAll('_', ' '), { on: 'menu', act: 'zone', arg: zoneTag(zone) }),
      ),
      2,
    ),
    placeholder: texts('chat.zone.placeholder'),
  }
}

/** For whom they act here, and in which language and zone they are spoken to. */
export function whoAmIScreen(facts: Facts): Screen {
  const { texts, sender, user, locale, timeZone } = facts
  const handle = user.handle ? ` (@${user.handle})` : ''
  return {
    body: blocks(
      line(bold(`${user.name}${handle}`)),
      lines(
        sender
          ? texts('chat.whoami.account', {
              name: sender.displayName,
              username: sender.username,
            })
          : texts('chat.whoami.nobody'),
        texts('chat.whoami.language', { language: texts(`chat.lang.${locale}`) }),
        texts('chat.whoami.zone', { zone: timeZone ?? texts('chat.whoami.noZone') }),
      ),
    ),
    buttons: [[accountButton(facts)]],
  }
}

/** The way to the account's pages, or to an account. Whoever runs the service signs in by the password alone. */
function accountButton({ texts, sender, settings }: Facts): Button {
  if (!sender) {
    return button(texts('chat.link.open'), { on: 'menu', act: 'link', arg: '' }, 'main')
  }
  const label = texts('chat.signIn.open')
  return sender.role === 'operator'
    ? { kind: 'url', label, url: `${settings.baseUrl}/account` }
    : button(label, { on: 'menu', act: 'sign-in', arg: '' })
}
