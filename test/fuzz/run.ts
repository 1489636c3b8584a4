/**
 * Fuzzes the API of the running product with schemathesis (PyPI): no 5xx, and no answer that the OpenAPI
 * document does not know. `node test/fuzz/run.ts [--max-examples N] [--seed N]`; SCHEMATHESIS names the program
 * where it is not in PATH. Exits with schemathesis' own status.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs, text } from './program.ts'

const READY_MS = 60_000
/** Of each kind: recalling and removing use them up. */
const SOME = 60
const HOOKS = join(import.meta.dirname, 'hooks.py')
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
  'missing_required_header',
]

const options = parseArgs(process.argv.slice(2))
const dataDir = await mkdtemp(join(tmpdir(), 'passalong-fuzz-'))
const environment = {
  PATH: process.env.PATH,
  DATA_DIR: dataDir,
  PORT: '0',
  LOG_LEVEL: 'error',
  API_RATE: '1000000',
}

const server = spawn(process.execPath, ['src/main.ts'], {
  env: environment,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const url = await addressOf(server)
  const cli = (...words: string[]) => text(process.execPath, ['src/cli.ts', ...words], environment)
  await cli('account', 'create', 'fuzz')
  const { token } = JSON.parse(await cli('token', 'create', 'fuzz', '--json')) as { token: string }
  process.exitCode = await fuzz(url, token, await makeSomething(url, token))
} finally {
  server.kill('SIGTERM')
  if (server.exitCode === null) await once(server, 'exit')
  await rm(dataDir, { recursive: true, force: true })
}

/** The first address that the server prints, once it answers there. */
async function addressOf(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('the server has no output')
  const patience = setTimeout(() => server.kill('SIGKILL'), READY_MS)
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /http:\/\/[^\s/]+/.exec(line)?.[0]
    if (!address) continue
    clearTimeout(patience)
    server.stdout.resume()
    return address
  }
  throw new Error('the server did not start')
}

/** Shares, deliveries and contacts for the fuzzer to play with; hooks.py reads their ids. */
async function makeSomething(url: string, token: string): Promise<Record<string, string>> {
  const post = async (path: string, body: object) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { id: string; deliveries?: { id: string }[] }
  }
  const chat = ['terminal-1', 'terminal-2', 'terminal-3']
  const ids = { shares: [''], deliveries: [''], contacts: [''], chat }
  for (let n = 0; n < SOME; n++) {
    const share = await post('/shares', {
      url: `https://example.org/${n}`,
      recipients: ['ann@example.org', 'bob@example.org'],
      sendAt: new Date(Date.now() + 24 * 3_600_000).toISOString(),
    })
    const contact = await post('/contacts', { name: `Mum ${n}`, addresses: ['mum@example.org'] })
    ids.shares[n] = share.id
    ids.deliveries[n] = share.deliveries?.[0]?.id ?? ''
    ids.contacts[n] = contact.id
  }
  return { FUZZ_IDS: JSON.stringify(ids) }
}

async function fuzz(url: string, token: string, ids: Record<string, string>): Promise<number> {
  const schemathesis = spawn(
    process.env.SCHEMATHESIS ?? 'schemathesis',
    [
      ...['run', `${url}/openapi.json`, '--header', `Authorization: Bearer ${token}`],
      ...['--checks', CHECKS.join(','), '--max-examples', String(options.maxExamples)],
      ...['--phases', 'examples,coverage,fuzzing,stateful', '--workers', '2'],
      ...['--max-time', String(options.maxSeconds), '--request-timeout', '10'],
      ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
      ...['--continue-on-failure', '--suppress-health-check', 'all'],
    ],
    {
      stdio: 'inherit',
      cwd: dataDir,
      env: { ...process.env, ...ids, SCHEMATHESIS_HOOKS: HOOKS },
    },
  )
  const [status] = (await once(schemathesis, 'exit')) as [number | null]
  return status ?? 1
}
