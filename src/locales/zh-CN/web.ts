import type { web as en } from '../en/web.ts'

export const web: Readonly<Record<keyof typeof en, string>> = {
  'web.appName': 'Passalong',
}
