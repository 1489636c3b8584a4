import { CHANNEL_OPERATIONS } from './channel-operations.ts'
import { CHAT_OPERATIONS } from './chat-operations.ts'
import { CONTACT_OPERATIONS } from './contact-operations.ts'
import { DELIVERY_OPERATIONS } from './delivery-operations.ts'
import type { Operation } from './operation.ts'
import { SHARE_OPERATIONS } from './share-operations.ts'

export const API_PREFIX = '/api/v1'

/** API v1, whole. The router, the OpenAPI document and `/docs` are made from this list. */
export const OPERATIONS: readonly Operation[] = [
  ...SHARE_OPERATIONS,
  ...DELIVERY_OPERATIONS,
  ...CONTACT_OPERATIONS,
  ...CHANNEL_OPERATIONS,
  ...CHAT_OPERATIONS,
]
