import type { TextKey, TextValues } from '#locales/texts.ts'

/** `off`: not set up, which is no fault. */
export type Verdict = 'ok' | 'warning' | 'fault' | 'off'

/** What one look found. `about` names the setting or the thing; the text says what it is and what to do. */
export interface Finding {
  readonly about: string
  readonly verdict: Verdict
  readonly text: TextKey
  readonly values: TextValues
}

export function finding(
  about: string,
  verdict: Verdict,
  text: TextKey,
  values: TextValues = {},
): Finding {
  return { about, verdict, text, values }
}
