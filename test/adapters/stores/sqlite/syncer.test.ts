import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createSyncer } from '#adapters/stores/sqlite/syncer.ts'

const folder = mkdtempSync(join(tmpdir(), 'passalong-sync-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('syncs a file that others write, as often as it is asked', async () => {
  const file = join(folder, 'log')
  writeFileSync(file, 'one')
  const syncer = createSyncer(file)
  await syncer.sync()
  appendFileSync(file, 'two')
  await Promise.all([syncer.sync(), syncer.sync()])
  syncer.syncNow()
  syncer.close()
})

it('says so where there is nothing to sync', async () => {
  const syncer = createSyncer(join(folder, 'absent'))
  await expect(syncer.sync()).rejects.toMatchObject({ code: 'ENOENT' })
})

it('closes only behind a sync that runs', async () => {
  const file = join(folder, 'busy')
  writeFileSync(file, 'x'.repeat(1_000_000))
  const syncer = createSyncer(file)
  const running = syncer.sync()
  syncer.close()
  await running
})
