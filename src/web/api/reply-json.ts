import type { ReplyView } from '#engine/engine.ts'
import type { Page } from '#ports/store/page.ts'
import type { RepliesJson, ReplyJson } from './reply-schemas.ts'
import { timeJson } from './share-json.ts'

export function repliesJson({ items, cursor }: Page<ReplyView>): RepliesJson {
  return { replies: items.map(replyJson), cursor }
}

function replyJson({ id, at, delivery, recipient, name, channel, text }: ReplyView): ReplyJson {
  return { id, at: timeJson(at), delivery, recipient, name, channel, text }
}
