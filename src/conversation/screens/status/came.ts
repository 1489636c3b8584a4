import type { InvitationQuestion } from '#engine/engine.ts'
import type { Screen } from '#ports/bot-platform.ts'
import type { DeliveryAct } from '../../press.ts'
import { blocks, button } from '../rich.ts'
import { calledSo, type Tongue } from '../words.ts'

/** Whether who came by an invitation is who was meant. */
export function cameScreen({ texts }: Tongue, question: InvitationQuestion): Screen {
  const { came, recipient, delivery } = question
  const who = came.handle ? `${came.name} (@${came.handle})` : came.name
  const press = (act: DeliveryAct) => ({ on: 'delivery', id: delivery, act, arg: came.id }) as const
  return {
    body: blocks(texts('chat.came.ask', { who, recipient: calledSo(recipient) })),
    buttons: [
      [
        button(texts('chat.came.yes'), press('yes'), 'main'),
        button(texts('chat.came.no'), press('no')),
      ],
    ],
  }
}
