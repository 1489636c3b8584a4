import type { Channel, ProbeResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { GATEWAY_SWITCHES } from '../../config/rules.ts'
import type { VariableName } from '../../config/spec.ts'
import { SMS_GATEWAYS, type SmsGateway } from '../../config/types.ts'
import type { Config, SmsConfig } from '../../config.ts'
import { withChannel } from './channels.ts'
import { type Finding, finding } from './check.ts'

const LOGINS: Readonly<Record<SmsGateway, readonly VariableName[]>> = {
  kannel: ['KANNEL_USERNAME', 'KANNEL_PASSWORD'],
  smpp: [],
  twilio: ['TWILIO_AUTH_TOKEN'],
  http: ['SMS_HTTP_SECRET'],
}
const PUSH_LOGIN: readonly VariableName[] = ['WAP_PPG_USERNAME', 'WAP_PPG_PASSWORD']

/** Signs in at each SMS gateway and at the push proxy, and looks at whether they can call back. */
export async function checkPhones(config: Config, logger: Logger): Promise<readonly Finding[]> {
  const { sms, wapPush } = config
  const probed = await Promise.all([
    sms ? withChannel(config, logger, 'sms', probeAll) : null,
    wapPush ? withChannel(config, logger, 'wap-push', probeAll) : null,
  ])
  const [gateways, pushes] = probed.map((found) => found ?? [])
  return [
    ...(sms ? [] : [finding('SMS', 'off', 'doctor.noSms')]),
    ...(gateways ?? []).map(({ connection, probe }) => findingOf(...namesOf(connection), probe)),
    ...(sms ? checkCallbacks(config, sms) : []),
    ...(pushes ?? []).map(({ probe }) => findingOf('WAP_PPG_URL', PUSH_LOGIN, probe)),
  ]
}

interface Probed {
  readonly connection: string
  readonly probe: ProbeResult
}

function probeAll(channel: Channel): Promise<readonly Probed[]> {
  return Promise.all(
    channel.connections.map(async ({ connection }) => ({
      connection,
      probe: await channel.probe(connection),
    })),
  )
}

function findingOf(about: string, login: readonly VariableName[], probe: ProbeResult): Finding {
  if (probe.up) return finding(about, 'ok', 'doctor.gateway')
  const names = [about, ...login].join(', ')
  return finding(about, 'fault', 'doctor.gatewayFault', { why: probe.detail, names })
}

/** What switches the gateway on, and what it lets us in by besides. */
function namesOf(connection: string): [string, readonly VariableName[]] {
  const gateway = SMS_GATEWAYS.find((name) => name === connection)
  return gateway ? [GATEWAY_SWITCHES[gateway], LOGINS[gateway]] : [connection, []]
}

/** An SMPP session brings all back by itself; others call us, at an address with a secret in it. */
function checkCallbacks({ secret }: Config, { gateways, callbackUrl }: SmsConfig): Finding[] {
  const callers = gateways.filter((gateway) => gateway !== 'smpp')
  if (callers.length === 0) return []
  const url = `${callbackUrl}/hooks/sms`
  if (secret('SMS_CALLBACK_SECRET') !== null)
    return [finding('SMS_CALLBACK_SECRET', 'ok', 'doctor.callbacks', { url })]
  return [finding('SMS_CALLBACK_SECRET', 'warning', 'doctor.noCallbacks', { url })]
}
