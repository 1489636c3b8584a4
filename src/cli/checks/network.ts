import { createServer } from 'node:net'
import { isLoopback } from '#core/loopback.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import { servesWeb } from '#core/role.ts'
import { type Config, loopbackAddress } from '../../config.ts'
import { findSocket } from '../../server/private-socket.ts'
import { answers } from '../connect.ts'
import { reachFault } from '../reach.ts'
import { type Finding, finding } from './check.ts'

/** Whether the server runs or could, and whether others reach it where the settings say. */
export async function checkNetwork(config: Config): Promise<readonly Finding[]> {
  const running = await isRunning(config)
  return [
    running ? runningFinding(config) : await checkPort(config),
    ...checkBaseUrl(config),
    ...(running ? await checkReach(config) : []),
    ...checkOperator(config),
  ]
}

/** On the embedded store the data folder tells; on MongoDB it may be any machine's, and the port here is asked. */
async function isRunning({ embedded, dataDir, host, port }: Config): Promise<boolean> {
  if (embedded) return answers(findSocket(dataDir))
  return (
    (await reachFault(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)) === undefined
  )
}

function runningFinding({ embedded, dataDir: folder, host, port }: Config): Finding {
  return embedded
    ? finding('server', 'ok', 'doctor.running', { folder })
    : finding('server', 'ok', 'doctor.runningAt', { host, port })
}

async function checkPort({ host, port }: Config): Promise<Finding> {
  const values = { host, port }
  const code = await bindOnce(host, port)
  if (code === undefined) return finding('PORT', 'ok', 'doctor.portFree', values)
  if (code === 'EADDRINUSE') return finding('PORT', 'fault', 'doctor.portUsed', values)
  return finding('HOST', 'fault', 'doctor.hostFault', { ...values, why: code })
}

function bindOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port }, () => server.close(() => resolve(undefined)))
  })
}

function checkBaseUrl(config: Config): readonly Finding[] {
  const { baseUrl: url, trustedProxies, role } = config
  const loopback = loopbackAddress(config)
  const real = config.platforms.some((platform) => platform.configured && platform.built)
  if (loopback) {
    const { name } = loopback
    return [
      real
        ? finding(name, 'warning', 'setup.warn.loopback', { ...loopback })
        : finding(name, 'ok', 'doctor.loopback', { ...loopback }),
    ]
  }
  const findings: Finding[] = []
  if (!url.startsWith('https:'))
    findings.push(finding('BASE_URL', 'warning', 'doctor.plain', { url }))
  if (url.startsWith('https:') && trustedProxies.length === 0 && servesWeb(role)) {
    findings.push(finding('TRUSTED_PROXIES', 'warning', 'doctor.noProxies'))
  }
  return findings.length > 0 ? findings : [finding('BASE_URL', 'ok', 'doctor.baseUrl', { url })]
}

/** Asks the server by the address that people are sent to. */
async function checkReach({ baseUrl, linkBaseUrl }: Config): Promise<readonly Finding[]> {
  const urls = [...new Set([baseUrl, linkBaseUrl])]
  return Promise.all(
    urls.map(async (url) => {
      const about = url === baseUrl ? 'BASE_URL' : 'LINK_BASE_URL'
      const why = await reachFault(url)
      if (why === undefined) return finding(about, 'ok', 'doctor.reached', { url })
      return isLoopback(url)
        ? finding(about, 'fault', 'doctor.notHere', { url, why })
        : finding(about, 'warning', 'doctor.notReached', { url, why })
    }),
  )
}

function checkOperator({ operator, defaultRegion }: Config): readonly Finding[] {
  if (operator === null) return [finding('OPERATOR', 'off', 'doctor.noOperator')]
  const parsed = parseRecipient(operator, { defaultRegion: defaultRegion ?? undefined })
  return parsed.ok
    ? [finding('OPERATOR', 'ok', 'doctor.operator', { operator })]
    : [finding('OPERATOR', 'fault', `fault.recipient.${parsed.fault}`)]
}
