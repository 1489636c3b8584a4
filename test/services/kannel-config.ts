/** What a Kannel is made of. */
export interface KannelPlan {
  readonly folder: string
  readonly ports: Readonly<
    Record<'admin' | 'smsbox' | 'wapbox' | 'smsc' | 'sendsms' | 'ppg', number>
  >
  readonly username: string
  readonly password: string
  readonly sender: string
  readonly wdpAddress: string
  readonly wap: boolean
  readonly inboundUrl: string | null
  readonly smpp: { readonly port: number; readonly throughput?: number } | null
  readonly callbackRetries: number
  readonly denied?: string
  readonly unpushable?: string
}

/** A group of Kannel's settings; its name first. Kannel refuses a field that the group does not know. */
export interface ConfigGroup {
  readonly group: string
  readonly [field: string]: string | number
}

const SMSBOX_ID = 'sb1'
const SMSC_ID = 'line'
const PPG = 'ppg'
const LOOPBACK = '127.0.0.1'

/** The configuration of all boxes, for one file. */
export function kannelGroups(plan: KannelPlan): readonly ConfigGroup[] {
  return [...bearerbox(plan), ...smsbox(plan), ...(plan.wap ? wapbox(plan) : [])]
}

/** Groups end at an empty line. */
export function groupText(group: ConfigGroup): string {
  const lines = Object.entries(group).map(([field, value]) =>
    typeof value === 'number' || field === 'group'
      ? `${field} = ${value}`
      : `${field} = "${value}"`,
  )
  return `${lines.join('\n')}\n`
}

function bearerbox({ folder, ports, smpp, wap, wdpAddress }: KannelPlan): readonly ConfigGroup[] {
  return [
    {
      group: 'core',
      'admin-port': ports.admin,
      'admin-interface': LOOPBACK,
      'admin-password': 'bar',
      'smsbox-port': ports.smsbox,
      'smsbox-interface': LOOPBACK,
      ...(wap ? { 'wapbox-port': ports.wapbox, 'wdp-interface-name': wdpAddress } : {}),
      'box-allow-ip': LOOPBACK,
      'box-deny-ip': '*.*.*.*',
      'store-type': 'spool',
      'store-location': `${folder}/spool`,
      'sms-resend-freq': 1,
      'dlr-storage': 'spool',
      'dlr-spool': `${folder}/dlr`,
    },
    smpp ? smppLine(smpp) : fakeLine(ports.smsc),
  ]
}

function fakeLine(port: number): ConfigGroup {
  return {
    group: 'smsc',
    smsc: 'fake',
    'smsc-id': SMSC_ID,
    port,
    'connect-allow-ip': LOOPBACK,
  }
}

/** Kannel as a transceiver of an SMPP 3.4 server; it comes back after a second. */
function smppLine({ port, throughput }: NonNullable<KannelPlan['smpp']>): ConfigGroup {
  return {
    group: 'smsc',
    smsc: 'smpp',
    'smsc-id': SMSC_ID,
    host: LOOPBACK,
    port,
    'transceiver-mode': 'true',
    'smsc-username': 'share',
    'smsc-password': 'secret',
    'system-type': 'VMA',
    'interface-version': '34',
    'reconnect-delay': 1,
    'enquire-link-interval': 30,
    ...(throughput === undefined ? {} : { throughput }),
  }
}

function smsbox(plan: KannelPlan): readonly ConfigGroup[] {
  const { ports, username, password, sender, inboundUrl, callbackRetries, denied } = plan
  return [
    {
      group: 'smsbox',
      'bearerbox-host': LOOPBACK,
      'smsbox-id': SMSBOX_ID,
      'sendsms-port': ports.sendsms,
      'sendsms-interface': LOOPBACK,
      'global-sender': sender,
      'http-request-retry': callbackRetries,
      'http-queue-delay': 1,
    },
    { group: 'smsbox-route', 'smsbox-id': SMSBOX_ID, 'smsc-id': SMSC_ID },
    {
      group: 'sendsms-user',
      username,
      password,
      'max-messages': 10,
      concatenation: 'true',
      ...(denied === undefined ? {} : { 'black-list-regex': denied }),
    },
    {
      group: 'sms-service',
      keyword: 'default',
      'catch-all': 'true',
      'max-messages': 0,
      ...(inboundUrl === null ? { text: 'none' } : { 'get-url': inboundUrl }),
    },
  ]
}

function wapbox(plan: KannelPlan): readonly ConfigGroup[] {
  const { ports, username, password, sender, unpushable } = plan
  return [
    { group: 'wapbox', 'bearerbox-host': LOOPBACK },
    {
      group: 'ppg',
      'ppg-url': '/wappush',
      'ppg-port': ports.ppg,
      'trusted-pi': 'false',
      users: 16,
      'concurrent-pushes': 100,
      'global-sender': sender,
      'service-name': PPG,
      'ppg-smsbox-id': SMSBOX_ID,
      'ppg-allow-ip': LOOPBACK,
    },
    {
      group: 'wap-push-user',
      'wap-push-user': username,
      'ppg-username': username,
      'ppg-password': password,
      'allow-ip': LOOPBACK,
      ...(unpushable === undefined ? {} : { 'denied-prefix': unpushable }),
    },
  ]
}
