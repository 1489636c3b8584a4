import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { asUnavailable, ignoreTaken, isTaken } from '#adapters/stores/mongo/faults.ts'
import { refusal } from '#core/refusal.ts'

const duplicate = (message: string) => new mongo.MongoServerError({ message, code: 11_000 })

const BROKEN = {
  "MongoDB's":
    'E11000 duplicate key error collection: mine.accounts index: username dup key: { username: "ann" }',
  "an older MongoDB's":
    'E11000 duplicate key error index: mine.accounts.$username dup key: { : "ann" }',
  "DocumentDB's": "Duplicate key violation on the requested collection: Index 'username'",
}

describe('a broken unique index', () => {
  it.each(Object.entries(BROKEN))('is known by its name in %s words', (_server, message) => {
    const fault = duplicate(message)
    expect([isTaken(fault), isTaken(fault, 'username'), isTaken(fault, '_id_')]).toEqual([
      true,
      true,
      false,
    ])
    expect(asUnavailable(fault)).toBe(fault)
  })

  it('is no fault of what makes only what is missing, if all that failed is that', async () => {
    const error = (...codes: number[]) =>
      new mongo.MongoBulkWriteError(
        {
          message: 'some failed',
          code: 11_000,
          writeErrors: codes.map((code) => ({ code }) as never),
        },
        {} as never,
      )
    await expect(ignoreTaken(Promise.reject(error(11_000, 11_000)))).resolves.toBeUndefined()
    await expect(ignoreTaken(Promise.reject(error(11_000, 121)))).rejects.toThrow('some failed')
  })
})

describe('other faults', () => {
  it.each([
    new mongo.MongoNetworkError('cut'),
    new mongo.MongoServerError({ message: 'not primary', code: 10_107 }),
    new mongo.MongoNotConnectedError('closed'),
  ])('of the database are called unavailable, with the cause and when to try again', (cause) => {
    expect(asUnavailable(cause)).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000, cause })
  })

  it('stay as they are: bugs, and refusals of our own', () => {
    for (const fault of [new TypeError('x'), refusal('not_found', 'refusal.no_share')]) {
      expect(asUnavailable(fault)).toBe(fault)
    }
  })
})
