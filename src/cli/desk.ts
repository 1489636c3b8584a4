import type { TextKey, Texts } from '#locales/texts.ts'
import type { Config } from '../config.ts'
import type { Progress } from './progress.ts'

/** What a command gets that works on kept data itself, instead of asking the product. */
export interface Desk {
  readonly config: Config
  readonly texts: Texts
  readonly json: boolean
  readonly progress: Progress
  /** Throws once the person at the shell has ended the command; the text says how things stand then. */
  goOn(ended: TextKey): void
  print(line: string): void
  /** For people, beside the result: on stderr. */
  remark(line: string): void
}

export function tell({ json, print }: Desk, value: unknown, forPeople: string): void {
  print(json ? JSON.stringify(value) : forPeople)
}
