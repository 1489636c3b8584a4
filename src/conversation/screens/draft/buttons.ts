import { shorten } from '#core/text.ts'
import type { TextKey } from '#locales/texts.ts'
import type { Button } from '#ports/bot-platform.ts'
import { type DraftAct, tagOf } from '../../press.ts'
import { button } from '../rich.ts'
import type { DraftView } from './view.ts'

/** A button of the draft's card. */
export function act(
  view: Pick<DraftView, 'draft' | 'texts'>,
  key: TextKey,
  does: DraftAct,
  look?: 'main' | 'danger',
): Button {
  return labelled(view, view.texts(key), does, '', look)
}

/** Who somebody is on a button: whatever was typed in their place may be as long as a message. */
const MAX_WHO = 40

/** Goes on without somebody. */
export function dropButton(view: Pick<DraftView, 'draft' | 'texts'>, who: string): Button {
  const label = view.texts('chat.check.drop', { who: shorten(who, MAX_WHO) })
  return labelled(view, label, 'drop', tagOf(who))
}

/** A button with words of its own. */
export function labelled(
  { draft }: Pick<DraftView, 'draft'>,
  label: string,
  does: DraftAct,
  arg: string,
  look?: 'main' | 'danger',
): Button {
  return button(label, { on: 'draft', nonce: draft.nonce, act: does, arg }, look)
}
