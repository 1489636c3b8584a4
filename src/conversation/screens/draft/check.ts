import type { Button, Screen } from '#ports/bot-platform.ts'
import { blocks, rows } from '../rich.ts'
import { act, dropButton, labelled } from './buttons.ts'
import { summary } from './summary.ts'
import { type DraftView, isNew } from './view.ts'

/** Those who are left out have a button each, up to so many. */
const DROPPED = 4

/** All that Send would do, and Send. */
export function checkScreen(view: DraftView): Screen {
  const { texts, rejected } = view
  const count = view.outlooks[0]?.recipients.length ?? 0
  const drops = rejected.slice(0, DROPPED).map(({ recipient }) => dropButton(view, recipient))
  return {
    body: blocks(view.fault, summary(view), count === 0 && texts('chat.check.nobody')),
    buttons: [
      ...(count > 0 ? [sendRow(view, count)] : []),
      ...rows(drops, 2),
      [
        isNew(view)
          ? act(view, 'chat.check.edit', 'edit')
          : act(view, 'chat.edit.people', 'people'),
        act(view, 'chat.cancel', 'cancel'),
      ],
    ],
  }
}

function sendRow(view: DraftView, count: number): readonly Button[] {
  const { texts, draft, rejected } = view
  const others = rejected.length > 0
  const planned = draft.sendAt !== null
  const label = others
    ? texts('chat.check.sendOthers', { count })
    : texts(planned ? 'chat.check.plan' : 'chat.check.send')
  const send = labelled(view, label, 'send', others ? 'others' : '', 'main')
  if (!isNew(view)) return [send]
  return [
    send,
    planned ? act(view, 'chat.check.now', 'now') : act(view, 'chat.check.later', 'later'),
  ]
}
