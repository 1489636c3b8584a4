import { type Operation, operation } from './operation.ts'
import { deliveryJson } from './share-json.ts'
import { deliverySchema } from './share-schemas.ts'

const NOW = [
  { status: 200, description: 'The delivery as it is now', schema: deliverySchema },
] as const

const retryDelivery = operation({
  id: 'retryDelivery',
  method: 'post',
  path: '/deliveries/{id}/retry',
  tag: 'Deliveries',
  summary: 'Send it again',
  success: NOW,
  refusals: ['wrong_state'],
  async handle({ engine, caller, id }) {
    return { status: 200, body: deliveryJson(await engine.sharing.retry(caller.account, id)) }
  },
})

const cancelDelivery = operation({
  id: 'cancelDelivery',
  method: 'post',
  path: '/deliveries/{id}/cancel',
  tag: 'Deliveries',
  summary: 'Keep it from leaving',
  success: NOW,
  refusals: ['wrong_state'],
  async handle({ engine, caller, id }) {
    const delivery = await engine.sharing.cancelDelivery(caller.account, id)
    return { status: 200, body: deliveryJson(delivery) }
  },
})

const recallDelivery = operation({
  id: 'recallDelivery',
  method: 'post',
  path: '/deliveries/{id}/recall',
  tag: 'Deliveries',
  summary: 'Kill its link, and take the message away where the platform can',
  success: NOW,
  refusals: ['wrong_state'],
  async handle({ engine, caller, id }) {
    const delivery = await engine.sharing.recallDelivery(caller.account, id)
    return { status: 200, body: deliveryJson(delivery) }
  },
})

export const DELIVERY_OPERATIONS: readonly Operation[] = [
  retryDelivery,
  cancelDelivery,
  recallDelivery,
]
