import { afterEach, beforeEach, describe } from 'vitest'
import { acceptingContract } from './accepting.ts'
import { accountsContract, contactsContract } from './accounts.ts'
import { arrivalsContract } from './arrivals.ts'
import { blankingContract } from './blanking.ts'
import { capsContract } from './caps.ts'
import { claimingContract } from './claiming.ts'
import { connectionsContract, outboxContract } from './connections.ts'
import { consentContract } from './consent.ts'
import { conversationsContract, statusMessagesContract } from './conversations.ts'
import { endingContract } from './ending.ts'
import type { StoreHarness, Subject } from './harness.ts'
import { identitiesContract, linkAttemptsContract } from './identities.ts'
import { listingContract } from './listing.ts'
import { peopleContract } from './people.ts'
import { receiptsContract } from './receipts.ts'
import { recoveryContract } from './recovery.ts'
import { repliesContract } from './replies.ts'
import { waitingContract } from './waiting.ts'

const PARTS = {
  accepting: acceptingContract,
  'claiming and settling': claimingContract,
  'cancelling, recalling and moving': endingContract,
  'waiting for the recipient': waitingContract,
  'those who came by an invitation': arrivalsContract,
  receipts: receiptsContract,
  'recipient caps': capsContract,
  'listing and revising': listingContract,
  blanking: blankingContract,
  accounts: accountsContract,
  identities: identitiesContract,
  'attempts to link': linkAttemptsContract,
  people: peopleContract,
  conversations: conversationsContract,
  'status messages': statusMessagesContract,
  contacts: contactsContract,
  consent: consentContract,
  connections: connectionsContract,
  outbox: outboxContract,
  replies: repliesContract,
  'recovering after a kill': recoveryContract,
} satisfies Record<string, (subject: () => Subject) => void>

/** What every Store adapter keeps, but for visits (`visits.ts` beside this). Each test has a fresh store. */
export function storeContract(harness: StoreHarness): void {
  let subject: Subject | undefined
  const current = (): Subject => {
    if (!subject) throw new Error('no store is open')
    return subject
  }
  beforeEach(async () => {
    subject = await harness.open()
  })
  afterEach(async () => {
    await subject?.close()
    subject = undefined
  })
  for (const [name, contract] of Object.entries(PARTS)) describe(name, () => contract(current))
}
