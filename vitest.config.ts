import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/services/longest-first.ts'

// Hundreds of processes are started: each finds compiled what another one compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/passalong')

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    // Only against hanging: what has to be in time says so itself.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
})
