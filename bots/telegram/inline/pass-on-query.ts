/** What a pass-on button writes behind the bot's name: `#<token>`. */
export function passOnQuery(token: string): string {
  return `#${token}`
}

/** Null: somebody has written something else there. */
export function readPassOnQuery(text: string): string | null {
  return /^#([0-9A-Za-z_-]{1,200})\s*$/.exec(text.trim())?.[1] ?? null
}
