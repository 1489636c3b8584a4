import { describe, expect, test } from 'vitest'
import { runCli } from '#test/fixtures/run-cli.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

describe.skipIf(skippedFor(await missingDatabase()))('the command line on MongoDB', () => {
  test('ends where it finds no temporary folder, and lets go of the database', async () => {
    const env = {
      MONGODB_URI: await freshDatabase(),
      SESSION_SECRET: 'a secret of thirty-two characters or more',
      TMPDIR: '/nonexistent',
    }
    const { status, err } = await runCli(env, ['account', 'create', 'ann'])
    expect(status).toBe(1)
    expect(err).toContain('/nonexistent')
  })
})
