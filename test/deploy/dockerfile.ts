import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

/** The image that a Dockerfile makes: its last stage, with what the earlier ones run. */
export interface Image {
  /** Base images of all stages, in order. */
  readonly bases: readonly string[]
  /** Commands that build it, over all stages. */
  readonly runs: readonly string[]
  /** Files and folders that come from the build's context, over all stages. */
  readonly sources: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly command: readonly string[]
  readonly healthCommand: readonly string[] | null
  readonly stopSignal: string | null
}

interface Instruction {
  readonly name: string
  readonly text: string
}

export function readDockerfile(path: string): Image {
  const all = instructionsOf(readFileSync(new URL(path, ROOT), 'utf8'))
  const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'))
  const texts = (name: string, of = all) =>
    of.filter((instruction) => instruction.name === name).map(({ text }) => text)
  const health = texts('HEALTHCHECK', last).at(-1)
  return {
    bases: texts('FROM').map((text) => text.split(' ')[0] ?? ''),
    runs: texts('RUN'),
    sources: texts('COPY')
      .filter((text) => !text.startsWith('--from='))
      .flatMap((text) => text.split(' ').slice(0, -1)),
    env: Object.fromEntries(
      texts('ENV', last).flatMap((text) => text.split(' ').map((pair) => pair.split('='))),
    ),
    user: texts('USER', last).at(-1) ?? 'root',
    command: words(texts('CMD', last).at(-1) ?? '[]'),
    healthCommand: health === undefined ? null : words(health.slice(health.indexOf('CMD') + 3)),
    stopSignal: texts('STOPSIGNAL', last).at(-1) ?? null,
  }
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({
      name: line.split(' ', 1)[0] ?? '',
      text: line.slice(line.indexOf(' ') + 1).trim(),
    }))
}

/** Of the form without a shell, which is JSON. */
function words(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[]
}
