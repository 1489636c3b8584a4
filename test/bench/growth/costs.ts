import type { Store } from '#ports/store/store.ts'
import { onePlanted, type Plantation, RECIPIENTS } from './planted.ts'
import { claimShare, planFor, settleDown, settleShare, visitsOf } from './send-share.ts'

/** What is paid for, in ms. */
export const COSTS = {
  accept: `accepting ${RECIPIENTS} recipients`,
  claim: `claiming ${RECIPIENTS} deliveries`,
  settle: `settling ${RECIPIENTS} deliveries`,
  redirect: 'ten redirects (resolving a code, storing the visit)',
  sharePage: 'a share page',
  historyPage: 'a page of the history',
} as const

export type CostName = keyof typeof COSTS
export type Costs = Readonly<Record<CostName, number>>

const REDIRECTS = 10
const PAGE = 20

let seq = 0

/** Does everything once, on shares that were picked by chance. */
export async function measureCosts({ store, shares }: Plantation): Promise<Costs> {
  const { account } = onePlanted(shares)
  const plan = planFor(account)
  const accept = await timed(() => store.shares.accept(plan))
  const claim = await timed(() => claimShare(store, plan))
  const settle = await timed(() => settleShare(store, claim.result))
  const visited = Array.from({ length: REDIRECTS }, () => onePlanted(shares))
  const redirect = await timed(() => redirects(store, visited))
  const looked = onePlanted(shares)
  const sharePage = await timed(() =>
    Promise.all([
      store.shares.get(looked.id),
      store.deliveries.ofShare(looked.id),
      store.visits.counters(looked.id),
    ]),
  )
  const historyPage = await timed(() =>
    store.shares.page(looked.account, { limit: PAGE, cursor: null }),
  )
  await settleDown(store)
  return {
    accept: accept.ms,
    claim: claim.ms,
    settle: settle.ms,
    redirect: redirect.ms,
    sharePage: sharePage.ms,
    historyPage: historyPage.ms,
  }
}

/** Visitors of several codes at once, whose visits are one group. */
async function redirects(
  store: Store,
  visited: readonly { readonly code: Parameters<Store['visits']['resolve']>[0] }[],
): Promise<void> {
  const links = await Promise.all(visited.map(({ code }) => store.visits.resolve(code)))
  const visits = links.flatMap((link) => {
    if (!link) throw new Error('a planted code leads nowhere')
    return visitsOf({ id: link.share }, Date.now()).slice(0, 1)
  })
  seq++
  await store.visits.append([{ writer: 'growth', seq, visits, reclassed: [] }])
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly ms: number; readonly result: T }> {
  const began = performance.now()
  const result = await work()
  return { ms: performance.now() - began, result }
}
