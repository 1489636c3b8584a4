import type { Screen } from '#ports/bot-platform.ts'
import { zoneTag } from '../../topics/schedule/offered.ts'
import { blocks, rows } from '../rich.ts'
import { whenWords } from '../time.ts'
import { act, labelled } from './buttons.ts'
import { targetLines } from './summary.ts'
import type { DraftView } from './view.ts'

/** When shall it go out? `offered`: instants. */
export function whenScreen(view: DraftView, offered: readonly number[]): Screen {
  const { texts, timeZone } = view
  return {
    body: blocks(
      view.fault,
      targetLines(view),
      texts('chat.when.ask', { zone: timeZone ?? 'UTC' }),
    ),
    buttons: [
      ...rows(
        offered.map((at) => labelled(view, whenWords(at, view), 'when', String(at))),
        1,
      ),
      [act(view, 'chat.when.zone', 'zone'), act(view, 'chat.back', 'back')],
    ],
    placeholder: texts('chat.when.placeholder'),
  }
}

/** Where is the person's clock? */
export function zoneScreen(view: DraftView, offered: readonly string[]): Screen {
  return {
    body: blocks(view.fault, view.texts('chat.zone.ask')),
    buttons: [
      ...rows(
        offered.map((zone) => labelled(view, zone.replaceAll('_', ' '), 'zone', zoneTag(zone))),
        2,
      ),
      [act(view, 'chat.back', 'back')],
    ],
    placeholder: view.texts('chat.zone.placeholder'),
  }
}
