import type { TestProject } from 'vitest/node'
import { type Offer, startOffer } from './offer.ts'

let offer: Offer

/** Offers the servers that tests share, in vitest's own process. A run that asks for none starts none. */
export async function setup(project: TestProject): Promise<void> {
  offer = await startOffer()
  project.provide('services', offer.url)
}

export async function teardown(): Promise<void> {
  await offer.close()
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where {@link Offer} answers. */
    services: string
  }
}
