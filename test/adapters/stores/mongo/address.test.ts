import { describe, expect, test } from 'vitest'
import { openDatabase } from '#adapters/stores/mongo/database.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

describe.skipIf(skippedFor(await missingDatabase()))(
  'what the address says beside the place',
  () => {
    test.each(['w=0', 'w=1&journal=false', 'j=false', 'fsync=true&j=false'])(
      '%s does not weaken what is kept: the majority has it on disk',
      async (options) => {
        const uri = await freshDatabase()
        const db = await openDatabase({ uri: () => `${uri}?${options}` })
        const { writeConcern } = db.connection.getClient().options
        expect(writeConcern).toMatchObject({ w: 'majority', j: true })
        await db.close()
      },
    )

    test('a name in it may be written with escapes', async () => {
      const uri = await freshDatabase()
      const db = await openDatabase({ uri: () => `${uri}%2Dmore` })
      expect(db.connection.name).toBe(`${new URL(uri).pathname.slice(1)}-more`)
      await db.close()
    })

    test('an @ in it is none of the place', async () => {
      const uri = 'mongodb://user:password@127.0.0.1:1/name?appName=@app@'
      await expect(openDatabase({ uri: () => uri })).rejects.toThrow('127.0.0.1:1/name does not')
    })

    test('what decides is read from the primary, whatever it prefers', async () => {
      const uri = await freshDatabase()
      const db = await openDatabase({ uri: () => `${uri}?readPreference=secondary` })
      expect(db.connection.getClient().options.readPreference.mode).toBe('primary')
      await db.close()
    })
  },
)
