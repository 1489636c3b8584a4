import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '#ports/store/store.ts'
import { acceptOne, claimed } from '#test/contracts/store/plans.ts'
import { missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type TestDatabase, testDatabase } from './harness.ts'

describe.skipIf(skippedFor(await missingDatabase()))('a stored document', () => {
  let database: TestDatabase
  let store: Store
  beforeEach(async () => {
    database = await testDatabase()
    store = await database.open()
    const { id } = await acceptOne(store)
    await claimed(store, id)
  })
  afterEach(() => store?.close())

  const spoil = async (name: string, set: object): Promise<void> => {
    const connection = await mongoose.createConnection(database.uri).asPromise()
    await connection.collection(name).updateOne({}, { $set: set }, { upsert: true })
    await connection.close()
  }

  test('that the store wrote is what its schema says', async () => {
    await expect(database.check()).resolves.toBeUndefined()
  })

  test.each([
    ['a path that is unknown', 'deliveries', { unknown: 1 }, 'unknown'],
    ['a path that is unknown within a part', 'deliveries', { 'due.unknown': 1 }, 'unknown'],
    ['a path that is unknown within a list', 'endpoints', { counted: [{ unknown: 1 }] }, 'unknown'],
    ['a number where a text belongs', 'deliveries', { endpoint: 7 }, '"endpoint":7'],
    ['a text where a number belongs', 'deliveries', { epoch: '7' }, '"epoch":"7"'],
    ['what is no number at all', 'shares', { revision: 'many' }, 'revision'],
    ['a collection that has no schema', 'unknown', { unknown: 1 }, 'unknown has no schema'],
  ])('is refused for %s', async (_what, name, set, why) => {
    await spoil(name, set)
    await expect(database.check()).rejects.toThrow(why)
  })
})
