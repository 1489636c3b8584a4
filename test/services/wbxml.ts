import { spawnSync } from 'node:child_process'
import { Parser } from 'htmlparser2'

/** A Service Indication as a phone reads it. */
export interface Indication {
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

/** Why {@link wbxmlToXml} cannot; undefined where it can. */
export function missingWbxml(): string | undefined {
  const { error } = spawnSync('wbxml2xml', ['-h'])
  return error && 'there is no wbxml2xml (apt-get install libwbxml2-utils)'
}

/** Decodes binary XML by a library that knows nothing of us or of Kannel. */
export function wbxmlToXml(wbxml: Uint8Array): string {
  const options = ['-m', '0', '-k', '-o', '-', '-']
  const { stdout, stderr, status } = spawnSync('wbxml2xml', options, { input: wbxml })
  if (status !== 0) throw new Error(`no WBXML: ${stderr}`)
  return stdout.toString('utf8')
}

export function readIndication(wbxml: Uint8Array): Indication {
  let attributes: Record<string, string> = {}
  let text = ''
  const parser = new Parser(
    {
      onopentag(name, found) {
        if (name === 'indication') attributes = found
      },
      ontext(part) {
        text += part
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(wbxmlToXml(wbxml))
  return { attributes, text: text.replace(/^\n+|\n+$/g, '') }
}
