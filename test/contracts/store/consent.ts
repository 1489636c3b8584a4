import { expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { endpointKey, someAccount } from './plans.ts'

export function consentContract(subject: () => Subject): void {
  const consent = () => subject().store.consent
  const kinds = async (endpoint: ReturnType<typeof endpointKey>): Promise<string[]> =>
    (await consent().of(endpoint))
      .map(({ account, kind }) => `${account === null ? 'all' : 'one'} ${kind}`)
      .sort()

  it('suppresses an endpoint for one sender or for all, and lifts each alone', async () => {
    const endpoint = endpointKey('a')
    const ann = someAccount()
    await consent().suppress(endpoint, ann, 'stop', null)
    await consent().suppress(endpoint, null, 'stop', null)
    await consent().suppress(endpoint, null, 'stop', null)
    await consent().suppress(endpoint, null, 'bounce', 60_000)
    expect(await kinds(endpoint)).toEqual(['all bounce', 'all stop', 'one stop'])
    expect(await kinds(endpointKey('b'))).toEqual([])
    await consent().lift(endpoint, null, 'stop')
    expect(await kinds(endpoint)).toEqual(['all bounce', 'one stop'])
    await consent().lift(endpoint, 'all', 'stop')
    expect(await kinds(endpoint)).toEqual(['all bounce'])
    await consent().lift(endpoint, 'all', 'bounce')
    expect(await kinds(endpoint)).toEqual([])
  })

  it('lets the later end hold', async () => {
    const endpoint = endpointKey('c')
    const until = async () => (await consent().of(endpoint))[0]?.until
    await consent().suppress(endpoint, null, 'bounce', 60_000)
    const first = await until()
    await consent().suppress(endpoint, null, 'bounce', 100)
    expect(await until()).toBe(first)
    await consent().suppress(endpoint, null, 'bounce', null)
    await consent().suppress(endpoint, null, 'bounce', 100)
    expect(await until()).toBeNull()
  })

  it('ends a suppression at its time, and starts a new one afresh', async () => {
    const endpoint = endpointKey('d')
    await consent().suppress(endpoint, null, 'bounce', 200)
    const since = (await consent().of(endpoint))[0]?.since ?? 0
    await subject().advance(210)
    expect(await kinds(endpoint)).toEqual([])
    await consent().suppress(endpoint, null, 'bounce', 60_000)
    expect((await consent().of(endpoint))[0]?.since).toBeGreaterThan(since)
  })

  it('remembers who wishes not to be tracked', async () => {
    const endpoint = endpointKey('e')
    expect(await consent().isUntracked(endpoint)).toBe(false)
    await consent().setUntracked(endpoint, true)
    await consent().setUntracked(endpoint, true)
    expect(await consent().isUntracked(endpoint)).toBe(true)
    await consent().setUntracked(endpoint, false)
    expect(await consent().isUntracked(endpoint)).toBe(false)
  })
}
