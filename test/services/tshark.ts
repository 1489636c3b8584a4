import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why {@link dissectSmpp} cannot; undefined where it can. */
export function missingTshark(): string | undefined {
  const { error } = spawnSync('tshark', ['--version'])
  return error && 'there is no tshark (apt-get install tshark)'
}

/**
 * What Wireshark reads in the bytes that a client wrote to an SMPP server: the whole tree as text. The bytes are
 * wrapped into packets, so that no privileges are needed to capture them.
 */
export function dissectSmpp(written: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-tshark-'))
  try {
    const dump = join(folder, 'dump.txt')
    const capture = join(folder, 'capture.pcap')
    writeFileSync(dump, pdusIn(written).map(hexDump).join('\n'))
    run('text2pcap', ['-q', '-T', '40000,2775', dump, capture])
    return run('tshark', ['-r', capture, '-d', 'tcp.port==2775,smpp', '-V'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each PDU begins with its length. */
function pdusIn(written: Buffer): Buffer[] {
  const pdus: Buffer[] = []
  for (let at = 0; at + 4 <= written.length; ) {
    const length = written.readUInt32BE(at)
    pdus.push(written.subarray(at, at + length))
    at += length
  }
  return pdus
}

/** As `od -Ax -tx1` writes it; a packet begins at offset 0. */
function hexDump(bytes: Buffer): string {
  const hex = bytes.toString('hex').replace(/../g, ' $&')
  return `000000${hex}`
}

function run(command: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(command, args, { maxBuffer: 32 * 1024 * 1024 })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.toString('utf8')
}
