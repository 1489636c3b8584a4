/** The web pages. */
export const web = {
  'web.appName': 'Passalong',
} as const
