import { inject } from 'vitest'
import type { Offered } from './offer.ts'

/** Why {@link freshDatabase} cannot; undefined where it can. */
export async function missingDatabase(): Promise<string | undefined> {
  return reasonOf(await ask('database'))
}

/** An empty database of its own on the run's server: `mongodb://…/name`. */
export async function freshDatabase(): Promise<string> {
  return uriOf(await ask('database'))
}

/**
 * An empty database of its own on the run's Redis: `redis://…/number`. Nothing outlives a kill there, what is
 * published is heard in every database, and one run has room for 1,024 of them.
 */
export async function freshRedis(): Promise<string> {
  return uriOf(await ask('redis'))
}

async function ask(service: 'database' | 'redis'): Promise<Offered> {
  const response = await fetch(`${inject('services')}/${service}`)
  return (await response.json()) as Offered
}

function reasonOf(offered: Offered): string | undefined {
  return 'missing' in offered ? offered.missing : undefined
}

function uriOf(offered: Offered): string {
  if ('missing' in offered) throw new Error(offered.missing)
  return offered.uri
}
