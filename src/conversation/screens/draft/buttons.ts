import type { TextKey } from '#locales/texts.ts'
import type { Button } from '#ports/bot-platform.ts'
import type { DraftAct } from '../../press.ts'
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
