import type { StoredDelivery } from './stored-delivery.ts'

/**
 * So many deliveries that were tried last are looked at for the one that an endpoint was written to by. More tries
 * after one another of which none goes out are an endpoint that is not reached.
 */
export const COUNTED_LOOKED_AT = 20

/** By which of the deliveries their endpoint was written to last; undefined where none may have gone out. */
export function latestOut(deliveries: readonly StoredDelivery[]): StoredDelivery | undefined {
  const latestFirst = deliveries.filter(mayBeOut).toSorted((a, b) => outAt(b) - outAt(a))
  return latestFirst.find(({ state }) => state !== 'failed') ?? latestFirst[0]
}

/** What counts for no cap was not sent from here. */
function mayBeOut({ acceptedAt, unknowns, countedAt }: StoredDelivery): boolean {
  return countedAt !== null && (acceptedAt !== null || unknowns > 0)
}

function outAt({ acceptedAt, countedAt }: StoredDelivery): number {
  return acceptedAt ?? countedAt ?? 0
}
