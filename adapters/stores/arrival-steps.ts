import { isSameUser, type Place, placeKey } from '#core/identity.ts'
import { type Arrival, MAX_ARRIVALS } from '#core/share.ts'
import type { ArrivalNews } from '#ports/store/deliveries.ts'
import type { StoredDelivery } from './stored-delivery.ts'

/** What is kept beside a delivery lasts for as long as it waits: whatever becomes of it then takes them away. */
export function arrivalsOf({
  state,
  arrivals,
}: Pick<StoredDelivery, 'state' | 'arrivals'>): readonly Arrival[] {
  return state === 'waiting' ? arrivals : NOBODY
}

/** Undefined where there is nothing to note. No schedule and no lease hangs on it. */
export function arrivalStep(
  delivery: StoredDelivery,
  news: ArrivalNews,
): StoredDelivery | undefined {
  if (delivery.state !== 'waiting') return undefined
  const arrivals = noted(delivery.arrivals, news)
  return arrivals && { ...delivery, arrivals }
}

function noted(all: readonly Arrival[], news: ArrivalNews): readonly Arrival[] | undefined {
  const known = all.find(({ user }) => isSameUser(user, news.user))
  if (news.kind === 'came') return known ? undefined : withOneMore(all, news)
  const next = known && changed(known, news)
  return next && all.map((one) => (one === known ? next : one))
}

function changed(
  known: Arrival,
  news: Exclude<ArrivalNews, { kind: 'came' }>,
): Arrival | undefined {
  if (news.kind === 'refused') return known.refused ? undefined : { ...known, refused: true }
  const place = placeKey(news.at)
  if (known.asked.includes(place)) return undefined
  return { ...known, asked: [...known.asked, place] }
}

/** Whoever was refused first makes room. */
function withOneMore(
  all: readonly Arrival[],
  { user }: Extract<ArrivalNews, { kind: 'came' }>,
): readonly Arrival[] | undefined {
  const { platform, connection, id, handle, name } = user
  const fresh = { user: { platform, connection, id, handle, name }, refused: false, asked: [] }
  if (all.length < MAX_ARRIVALS) return [...all, fresh]
  const old = all.find(({ refused }) => refused)
  return old && [...all.filter((one) => one !== old), fresh]
}

/** Somebody's answer is waited for. */
export function isAnybodyOpen(delivery: Pick<StoredDelivery, 'state' | 'arrivals'>): boolean {
  return arrivalsOf(delivery).some(({ refused }) => !refused)
}

/** The sender was not asked there about all of them. */
export function isUnaskedAt(
  place: Place,
): (delivery: Pick<StoredDelivery, 'state' | 'arrivals'>) => boolean {
  const key = placeKey(place)
  return (delivery) =>
    arrivalsOf(delivery).some(({ refused, asked }) => !refused && !asked.includes(key))
}

/** As stores keep them; null: nobody. */
export function writeArrivals(delivery: Pick<StoredDelivery, 'state' | 'arrivals'>): string | null {
  const arrivals = arrivalsOf(delivery)
  return arrivals.length === 0 ? null : JSON.stringify(arrivals)
}

export function readArrivals(text: string | null | undefined): readonly Arrival[] {
  return text ? JSON.parse(text) : NOBODY
}

const NOBODY: readonly Arrival[] = []
