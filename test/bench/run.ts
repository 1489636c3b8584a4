/**
 * `npm run bench [-- NAME… --quick --full]`: each benchmark with its reference in the same run. Exits 1 where a
 * goal was missed. Ratios can be compared between machines, absolute figures cannot.
 */
import { parseArgs } from 'node:util'
import { type Bench, isMissed, printResult } from './bench.ts'
import { offerServers } from './servers.ts'

const BENCHES: Readonly<Record<string, () => Promise<{ run: Bench }>>> = {
  startup: () => import('./startup.ts'),
  accept: () => import('./accept.ts'),
  claim: () => import('./claim.ts'),
  visits: () => import('./visits.ts'),
  deliver: () => import('./deliver.ts'),
  smpp: () => import('./smpp.ts'),
  kannel: () => import('./kannel.ts'),
  receipts: () => import('./receipts.ts'),
  updates: () => import('./updates.ts'),
  redirect: () => import('./redirect.ts'),
  'redirect-mongo': () => import('./redirect-mongo.ts'),
  workers: () => import('./workers.ts'),
  throughput: () => import('./throughput.ts'),
  growth: () => import('./growth.ts'),
  'growth-mongo': () => import('./growth-mongo.ts'),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(
    `No such benchmark: ${unknown.join(', ')}. There are ${Object.keys(BENCHES).join(', ')}.`,
  )
  process.exit(2)
}

let missed = false
const servers = await offerServers()
try {
  for (const [name, load] of Object.entries(BENCHES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const { run } = await load()
    for (const result of await run(values, servers)) {
      console.log(printResult(result))
      missed ||= isMissed(result)
    }
  }
} finally {
  await servers.stop()
}
process.exit(missed ? 1 : 0)
