import type { Texts } from '#locales/texts.ts'
import { createLogger } from '../compose/logger.ts'
import { type Config, ConfigError, type Environment, readConfig } from '../config.ts'
import { type Finding, finding, type Verdict } from './checks/check.ts'
import { checkEmail } from './checks/email.ts'
import { checkMachine } from './checks/machine.ts'
import { checkNetwork } from './checks/network.ts'
import { checkPhones } from './checks/phones.ts'
import { checkServices } from './checks/services.ts'
import { checkTelegram } from './checks/telegram.ts'
import { CliError } from './cli-error.ts'
import { type Connection, connect, connectRunning, remoteOf } from './connect.ts'

export interface DoctorOptions {
  readonly env: Environment
  readonly texts: Texts
  readonly json: boolean
  print(line: string): void
}

const MARKS: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', fault: '✗', off: '·' }

/** Looks at everything and prints what it found; makes the data folder, no more. False where there is a fault. */
export async function runDoctor({ env, texts, json, print }: DoctorOptions): Promise<boolean> {
  const findings = remoteOf(env, texts) ? await checkRemote(env) : await checkHere(env)
  const ok = findings.every(({ verdict }) => verdict !== 'fault')
  const checks = findings.map(({ about, verdict, text, values }) => ({
    about,
    verdict,
    detail: texts(text, values),
  }))
  if (json) print(JSON.stringify({ ok, checks }))
  else {
    for (const { about, verdict, detail } of checks) print(`${MARKS[verdict]} ${about}: ${detail}`)
    print(texts(ok ? 'doctor.fine' : 'doctor.faulty'))
  }
  return ok
}

async function checkHere(env: Environment): Promise<readonly Finding[]> {
  const config = readOrFindings(env)
  if (!('baseUrl' in config)) return config
  const logger = createLogger('silent')
  return [
    finding('settings', 'ok', 'doctor.settings'),
    ...config.warnings.map(({ name, key, values }) => finding(name, 'warning', key, values)),
    ...checkMachine(config),
    ...(await checkNetwork(config)),
    ...(await checkServices(config, logger)),
    ...(await checkEmail(config, logger)),
    ...(await checkPhones(config, logger)),
    ...(await checkTelegram(config)),
    ...(await checkPaused(env)),
  ]
}

function readOrFindings(env: Environment): Config | readonly Finding[] {
  try {
    return readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.faults.map(({ name, key, values }) => finding(name, 'fault', key, values))
  }
}

/** What a running server knows of its channels; alone there is nothing to ask. */
async function checkPaused(env: Environment): Promise<readonly Finding[]> {
  try {
    const connection = await connectRunning({ env })
    if (!connection) return []
    return await paused(connection)
  } catch (error) {
    // Without an account there is nobody to ask as.
    if (error instanceof CliError) return []
    throw error
  }
}

async function checkRemote(env: Environment): Promise<readonly Finding[]> {
  const connection = await connect({ env })
  const findings = await paused(connection)
  return [
    finding('PASSALONG_URL', 'ok', 'doctor.remote', { url: env.PASSALONG_URL ?? '' }),
    ...findings,
  ]
}

async function paused({ client }: Connection): Promise<readonly Finding[]> {
  const { channels } = await client.channels()
  return channels.flatMap(({ channel, paused: pause }) =>
    pause ? [finding(channel, 'fault', 'doctor.paused', { ...pause })] : [],
  )
}
