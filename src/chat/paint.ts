import { styleText } from 'node:util'
import type { Environment } from '../config.ts'
import { linkable } from './clean.ts'

/** What a piece of text is, whatever that looks like. */
export interface Look {
  readonly style?:
    | 'bold'
    | 'italic'
    | 'code'
    | 'quote'
    | 'number'
    | 'main'
    | 'danger'
    | 'aside'
    | 'fault'
  readonly url?: string
}

/** Dresses printable text for a terminal. */
export type Paint = (text: string, look: Look) => string

/** For pipes and files: text as it is. */
export const plainly: Paint = (text) => text

const FORMATS = {
  bold: 'bold',
  italic: 'italic',
  code: 'cyan',
  quote: ['italic', 'dim'],
  number: 'cyan',
  main: 'green',
  danger: 'red',
  aside: 'dim',
  fault: 'red',
} as const satisfies Record<NonNullable<Look['style']>, Parameters<typeof styleText>[0]>

/** Colours where the terminal has them, links where it makes them of OSC 8. */
export function createPaint(can: { readonly colours: boolean; readonly links: boolean }): Paint {
  return (text, { style, url }) => {
    const format = style && FORMATS[style]
    const styled = can.colours && format ? styleText(format, text, { validateStream: false }) : text
    const target = can.links && url !== undefined ? linkable(url) : undefined
    return target === undefined ? styled : `\x1b]8;;${target}\x1b\\${styled}\x1b]8;;\x1b\\`
  }
}

/** Terminals that are known to make links of OSC 8, by what they say of themselves. */
export function makesLinks(env: Environment): boolean {
  if (env.FORCE_HYPERLINK !== undefined) return env.FORCE_HYPERLINK !== '0'
  if (env.WT_SESSION || env.KITTY_WINDOW_ID || env.KONSOLE_VERSION || env.DOMTERM) return true
  if (Number(env.VTE_VERSION) >= 5_000) return true
  if (/^(?:iTerm\.app|WezTerm|vscode|ghostty|Hyper)$/.test(env.TERM_PROGRAM ?? '')) return true
  return /^(?:xterm-kitty|xterm-ghostty|foot|alacritty)/.test(env.TERM ?? '')
}
