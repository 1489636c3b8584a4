import type { RecipientCap } from '#ports/store/deliveries.ts'

/** The configuration's default: counting against it is part of what a claim costs. */
export const RECIPIENT_CAP: RecipientCap = {
  fromSender: 20,
  fromAll: 50,
  windowMs: 24 * 3_600_000,
}
