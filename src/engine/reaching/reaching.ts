import type { InvitationQuestion, Reaching } from '../engine.ts'
import { createListeners } from '../listeners.ts'
import { unasked } from './arrivals.ts'
import { confirm } from './confirming.ts'
import type { ReachingDeps } from './deps.ts'
import { handedOver, handOver } from './hand-over.ts'
import { comeBy, invite } from './inviting.ts'
import { choose, hasStopped, met, show, waitingFor } from './meeting.ts'
import { offer, takeOffer } from './offering.ts'

/** The use cases around people whom nobody can write to before they have come. */
export function createReaching(deps: ReachingDeps): Reaching {
  const questions = createListeners<InvitationQuestion>((error, { delivery }) =>
    deps.logger.error({ err: error, delivery }, 'a listener to questions failed'),
  )

  return {
    met: (user, reach) => met(deps, user, reach),
    waitingFor: (user, limit) => waitingFor(deps, user, limit),
    show: (user) => show(deps, user),
    choose: (user, choice) => choose(deps, user, choice),
    hasStopped: (user) => hasStopped(deps, user),
    invite: (sender, delivery) => invite(deps, sender, delivery),
    comeBy: (invitation, user) => comeBy(deps, invitation, user, questions.tell),
    confirm: (sender, delivery, said) => confirm(deps, sender, delivery, said),
    unasked: (place, page) => unasked(deps, place, page),
    async asked({ delivery, came }, at) {
      await deps.store.deliveries.noteArrival(delivery, { kind: 'asked', user: came, at })
    },
    onQuestion: questions.subscribe,
    handOver: (sender, delivery) => handOver(deps, sender, delivery),
    handedOver: (sender, delivery) => handedOver(deps, sender, delivery),
    offer: (sender, request, options) => offer(deps, sender, request, options),
    takeOffer: (sender, token) => takeOffer(deps, sender, token),
  }
}
