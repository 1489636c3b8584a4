import type { Parts } from './parts.ts'

const WIDTH = 72

/** The mail as plain text: lines of 72, the link alone on its own. */
export function emailText(parts: Parts, stopUrl: string): string {
  const { t, recipient } = parts
  const quote = parts.note === '' ? '' : wrap(parts.note, WIDTH - 2).replace(/^/gm, '> ')
  const card = [parts.title, parts.description, parts.host, parts.number]
  const footer = [parts.why, parts.tracked, t('message.stop.at', { url: stopUrl })]
  const blocks = [
    recipient === '' ? '' : t('message.hello', { name: recipient }),
    wrap(parts.lead, WIDTH),
    quote.replace(/^> $/gm, '>'),
    wrap(card.filter(Boolean).join('\n'), WIDTH),
    parts.link,
    `-- \n${wrap(footer.filter(Boolean).join('\n'), WIDTH)}`,
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}

/** Breaks lines at spaces; a word that is longer than a line stays whole. */
export function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n')
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (longer.length <= width || current === '') current = longer
    else {
      lines.push(current)
      current = word
    }
  }
  return [...lines, current].join('\n')
}
