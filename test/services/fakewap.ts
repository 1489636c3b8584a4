import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Kannel } from './kannel.ts'

const PROGRAM = '/usr/lib/kannel/test/fakewap'
const GIVE_UP_MS = 30_000

/** Why {@link fetchByWap} cannot; undefined where it can. */
export function missingFakewap(): string | undefined {
  return existsSync(PROGRAM) ? undefined : 'there is no fakewap (apt-get install kannel-extras)'
}

/**
 * A page as a handset of 2002 fetches it: by WSP over UDP, through Kannel's WAP gateway, which compiles WML to WBXML.
 * Resolves with the bytes that came to the handset.
 * @throws when the handset gives up
 */
export async function fetchByWap(
  { wdpAddress }: Pick<Kannel, 'wdpAddress'>,
  url: string,
  { agent = 'Nokia7110/1.0' }: { readonly agent?: string } = {},
): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-fakewap-'))
  const got = join(folder, 'got')
  const gateway = ['-g', wdpAddress, '-p', '9201', '-M', '1']
  try {
    await promisify(execFile)(PROGRAM, [...gateway, '-A', agent, '-w', got, url], {
      timeout: GIVE_UP_MS,
      killSignal: 'SIGKILL',
    })
    return readFileSync(got)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
