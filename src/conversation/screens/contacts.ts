import { type Contact, writtenName } from '#core/account.ts'
import { shorten } from '#core/text.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { pageOf, pagerRow } from './pages.ts'
import { blocks, bold, button, line, lines, rows } from './rich.ts'
import type { Tongue } from './words.ts'

const PER_PAGE = 10
const MAX_LABEL = 28
const MAX_LINES = 20
const MAX_LINE = 80

/** The sender's book, some at a time. */
export function contactsScreen({ texts }: Tongue, all: readonly Contact[], wanted: number): Screen {
  const { items, ...at } = pageOf(all, wanted, PER_PAGE)
  return {
    body: blocks(
      texts(all.length > 0 ? 'chat.contacts.title' : 'chat.contacts.none', { count: all.length }),
    ),
    buttons: [
      ...rows(
        items.map((one) =>
          button(shorten(writtenName(one), MAX_LABEL), { on: 'menu', act: 'contact', arg: one.id }),
        ),
        2,
      ),
      ...pagerRow(at, (to) => ({ on: 'menu', act: 'contacts', arg: String(to) })),
      [
        button(texts('chat.contacts.addPerson'), { on: 'menu', act: 'person', arg: '' }),
        button(texts('chat.contacts.addGroup'), { on: 'menu', act: 'group', arg: '' }),
      ],
    ],
  }
}

/** One of the book. */
export function contactScreen({ texts }: Tongue, contact: Contact): Screen {
  const behind = [...contact.addresses, ...contact.members]
  const more = behind.length - MAX_LINES
  return {
    body: blocks(
      line(bold(writtenName(contact))),
      lines(
        ...behind
          .slice(0, MAX_LINES)
          .map((one) => `• ${shorten(one.replace(/^"(.*)"$/, '$1'), MAX_LINE)}`),
        more > 0 && texts('chat.card.more', { count: more }),
      ),
    ),
    buttons: [
      [
        button(
          texts('chat.contacts.remove'),
          { on: 'menu', act: 'forget', arg: contact.id },
          'danger',
        ),
        button(texts('chat.back'), { on: 'menu', act: 'contacts', arg: '0' }),
      ],
    ],
  }
}

/** What to write to add somebody. */
export function askForContact({ texts }: Tongue, kind: Contact['kind']): Screen {
  return {
    body: blocks(texts(`chat.contacts.ask.${kind}`)),
    buttons: [[button(texts('chat.cancel'), { on: 'menu', act: 'close', arg: '' })]],
    placeholder: texts(`chat.contacts.placeholder.${kind}`),
  }
}
