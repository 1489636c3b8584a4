import { z } from 'zod'
import { type DeliveryId, isShareId, type ShareId, splitDeliveryId } from '#core/ids.ts'

export const shareId = z.custom<ShareId>((value) => typeof value === 'string' && isShareId(value))
export const deliveryId = z.custom<DeliveryId>(
  (value) => typeof value === 'string' && splitDeliveryId(value) !== undefined,
)
