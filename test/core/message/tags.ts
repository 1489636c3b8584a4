import { Parser } from 'htmlparser2'

export interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** The tags of a piece of HTML as a browser would see them, and the text between them. */
export function readHtml(html: string): { tags: readonly Tag[]; text: string } {
  const tags: Tag[] = []
  let text = ''
  const parser = new Parser({
    onopentag: (name, attributes) => tags.push({ name, attributes }),
    ontext: (piece) => {
      text += piece
    },
  })
  parser.end(html)
  return { tags, text }
}
