import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOAD_CORE, runPinned } from '../pinned.ts'
import type { LoadPlan, LoadResult } from './load.ts'
import type { PlantedLinks } from './planted-links.ts'
import { browserAgents, clientAddresses } from './visitors.ts'

export const CONNECTIONS = 64
export const SHARES = 40
export const RECIPIENTS = 50
const AGENTS = 200
const ADDRESSES = 4_000
const LOAD = new URL('./load.ts', import.meta.url)

/** Visits the links for so long, from the other core. */
export type Loading = (port: number, links: PlantedLinks, seconds: number) => Promise<LoadResult>

/** Plans are written to the folder. */
export function createLoading(folder: string): Loading {
  return (port, { paths }, seconds) => {
    const plan: LoadPlan = {
      port,
      connections: CONNECTIONS,
      seconds,
      paths,
      agents: browserAgents(AGENTS),
      addresses: clientAddresses(ADDRESSES),
    }
    const file = join(folder, `plan-${port}.json`)
    writeFileSync(file, JSON.stringify(plan))
    return runPinned<LoadResult>(LOAD_CORE, LOAD, [file])
  }
}
