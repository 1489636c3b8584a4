import type { Texts } from '#locales/texts.ts'
import type { ReplyJson } from '#web/api/reply-schemas.ts'

/** Replies as people read them in a terminal, the newest last; no line where there are none. */
export function showReplies(newestFirst: readonly ReplyJson[], texts: Texts): readonly string[] {
  if (newestFirst.length === 0) return []
  const replies = newestFirst.toReversed().map((reply) => showReply(reply, texts))
  return [`  ${texts('web.replies.title')}`, ...replies]
}

function showReply({ name, recipient, at, text }: ReplyJson, texts: Texts): string {
  const who = name ?? recipient ?? texts('cli.blanked')
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC`
  const words = text ?? texts('web.replies.blanked')
  return `    ${who}, ${when}\n${words.replace(/^/gm, '      ')}`
}
