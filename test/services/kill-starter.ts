import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A process that starts something, tells its processes, and waits. */
const STARTERS = {
  'document-db': `(await import('#test/services/document-db.ts')).startDocumentDb()`,
  redis: `(await import('#test/services/redis.ts')).startRedis()`,
  // Told of once it is what it is to be: what guards it has asked the kernel by then.
  program: `import('#test/fixtures/running-server.ts').then(async ({ RunningServer }) => {
    const { child } = new RunningServer(['sleep', '600'], {})
    const { readFileSync } = await import('node:fs')
    const name = () => readFileSync('/proc/' + child.pid + '/comm', 'utf8').trim()
    while (name() !== 'sleep') await new Promise((resolve) => setTimeout(resolve, 10))
    return { pids: () => [child.pid], freeze: () => child.kill('SIGSTOP') }
  })`,
} as const

/** Lets another process start it, and kills that process with -9. */
export async function killStarterOf(
  service: keyof typeof STARTERS,
  { freeze = false }: { readonly freeze?: boolean } = {},
): Promise<{ readonly starter: number; readonly pids: readonly number[] }> {
  const program = `
    const server = await ${STARTERS[service]}
    const pids = server.pids()
    ${freeze ? 'server.freeze()' : ''}
    console.log(JSON.stringify(pids))
    setInterval(() => {}, 1000)`
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [told] = await once(starter.stdout, 'data')
  starter.kill('SIGKILL')
  await once(starter, 'exit')
  return { starter: starter.pid ?? 0, pids: JSON.parse(String(told)) as number[] }
}
