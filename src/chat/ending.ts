/** Whether a line ends the chat: the terminal's own commands. */
export function isEnd(typed: string): boolean {
  return /^\/(?:exit|quit)$/i.test(typed.trim())
}
