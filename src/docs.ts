/**
 * Writes what the settings' spec says into `.env.example` and the README's table; with `--check` it writes
 * nothing and fails where they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { PLATFORMS } from './config/rules.ts'
import { GROUPS, NAMES, SPEC, type VariableName } from './config/spec.ts'

const ROOT = new URL('../', import.meta.url)
const BEGIN = '<!-- settings: made by `npm run docs` -->'
const END = '<!-- /settings -->'

/** The whole of `.env.example`: every variable, commented out, at its default where that can be written down. */
export function envExample(): string {
  const head = [
    '# Settings of Passalong, made by `npm run docs`. Nothing is required.',
    '# Copy this file to .env and uncomment what you set. NAME_FILE names a file for each secret NAME.',
  ]
  const groups = GROUPS.map((group) => [
    `# ── ${titleOf(group)} ──`,
    ...namesOf(group).flatMap((name) => [
      `# ${SPEC[name].description}${prose(name) ? ` Default: ${prose(name)}.` : ''}`,
      `#${name}=${value(name)}`,
    ]),
  ])
  return `${[head, ...groups].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** The README's table, between its markers. */
export function settingsTable(): string {
  const groups = GROUPS.flatMap((group) => [
    `| **${titleOf(group)}** | | |`,
    ...namesOf(group).map((name) => {
      const shown = prose(name) || (value(name) && `\`${value(name)}\``)
      const mark = SPEC[name].secret ? ' 🔑' : ''
      return `| \`${name}\`${mark} | ${shown} | ${SPEC[name].description.replaceAll('|', '\\|')} |`
    }),
  ])
  return [BEGIN, '', '| Name | Default | |', '| --- | --- | --- |', ...groups, '', END].join('\n')
}

/** `readme` with a fresh table. Throws where the markers are missing. */
export function withTable(readme: string): string {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from < 0 || to < from) throw new Error(`README.md needs the lines ${BEGIN} and ${END}`)
  return readme.slice(0, from) + settingsTable() + readme.slice(to + END.length)
}

const LATER = new Set<string>(
  PLATFORMS.filter((platform) => !platform.built)
    .flatMap((platform) => platform.switches)
    .map((name) => SPEC[name].group),
)

function titleOf(group: string): string {
  return LATER.has(group) ? `${group} (comes in a later version)` : group
}

function namesOf(group: string): readonly VariableName[] {
  return NAMES.filter((name) => SPEC[name].group === group)
}

/** The default, where it can be written as a value. */
function value(name: VariableName): string {
  const { fallback, shown = '' }: { fallback: unknown; shown?: string } = SPEC[name]
  if (typeof fallback === 'string' || typeof fallback === 'number') return String(fallback)
  return isValue(name, shown) ? shown : ''
}

/** The default in words, where it is no value. */
function prose(name: VariableName): string {
  const { shown = '' }: { shown?: string } = SPEC[name]
  return isValue(name, shown) || value(name) === shown ? '' : shown
}

function isValue(name: VariableName, shown: string): boolean {
  return !/[ A-Z]/.test(shown) && SPEC[name].type.schema.safeParse(shown).success
}

function run(check: boolean): number {
  const files: readonly [string, (now: string) => string][] = [
    ['.env.example', envExample],
    ['README.md', withTable],
  ]
  const stale = files.filter(([path, make]) => {
    const url = new URL(path, ROOT)
    const now = read(url)
    const fresh = make(now)
    if (!check && fresh !== now) writeFileSync(url, fresh)
    return fresh !== now
  })
  if (!check || stale.length === 0) return 0
  console.error(`${stale.map(([path]) => path).join(', ')}: stale. Run: npm run docs`)
  return 1
}

function read(url: URL): string {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return ''
  }
}

if (import.meta.main) process.exitCode = run(process.argv.includes('--check'))
