import type { ConsentPress } from './reading/reading.ts'

const DATA = /^(only|undo):([0-9A-Za-z_-]{1,59})$/

/** What the buttons that follow a stop call back with. At most 64 bytes. */
export function consentData(choice: 'only' | 'undo', token: string): string {
  return `${choice}:${token}`
}

/** Null: it is another button. */
export function readConsentData(data: string): Pick<ConsentPress, 'choice' | 'token'> | null {
  const [, choice, token = ''] = DATA.exec(data) ?? []
  return choice === 'only' || choice === 'undo' ? { choice, token } : null
}
