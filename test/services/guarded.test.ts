import { expect, test } from 'vitest'
import { guarded } from './guarded.ts'
import { killStarterOf } from './kill-starter.ts'
import { runs } from './process-tree.ts'

const guards = guarded(['true']).length > 1
if (!guards) console.log('skipped: there is no setpriv (util-linux)')

test.skipIf(!guards).each([false, true])(
  'what a test started is gone once that is killed, frozen or not (%s)',
  async (freeze) => {
    const { pids } = await killStarterOf('program', { freeze })
    expect(pids).toHaveLength(1)
    await expect.poll(() => pids.filter(runs), { timeout: 30_000 }).toEqual([])
  },
)
