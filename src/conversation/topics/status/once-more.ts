import type { DeliveryView, ShareView } from '#engine/engine.ts'
import type { Dialogue } from '../../answer.ts'
import { whoOf } from '../../screens/status/delivery-line.ts'
import type { Draft } from '../../state/draft.ts'
import { take } from '../draft/begin.ts'
import { newDraft } from '../draft/draft.ts'
import type { Tending } from './pressed-share.ts'

/** Who else shall get it? */
export function addPeople({ facts, state, share }: Tending): Dialogue {
  return take(facts, state, newDraft(facts, { ...partsOf(share), addTo: share.id }))
}

/** Which other address of the same person? */
export function fixAddress({ facts, state, share }: Tending, delivery: DeliveryView): Dialogue {
  const replaces = { id: delivery.id, who: whoOf(delivery, facts) }
  return take(facts, state, newDraft(facts, { ...partsOf(share), addTo: share.id, replaces }))
}

/** The same once more, as a share of its own. */
export function shareAgain({ facts, state, share }: Tending): Dialogue {
  return take(facts, state, newDraft(facts, { ...partsOf(share), step: 'people' }))
}

function partsOf({ target, note }: ShareView): Partial<Draft> {
  return {
    urls: [target.url],
    region: target.kind === 'phone' ? target.region : null,
    title: target.title || null,
    note,
  }
}
