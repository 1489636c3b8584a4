import { LinkifyIt } from 'linkify-it'
import tlds from 'tlds' with { type: 'json' }
import type { FoundLink } from '#ports/bot-platform.ts'

/** Texts longer than any message are not searched further. */
const MAX_SEARCHED = 20_000

let finder: LinkifyIt | undefined

/** Made with the first text: the list of endings is long. */
function linkify(): LinkifyIt {
  finder ??= new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, urlAuth: true, tlds })
  return finder
}

/** Closes a sentence or a bracket in Chinese and Japanese, where no space follows a link. */
const WIDE_PUNCTUATION = /[，。、；：？！（）【】《》「」『』“”‘’…]/

/** Chinese and Japanese put no space before an address. */
const GLUED = /\p{L}(?=https?:\/\/)/giu

/** Web addresses in a text whose platform finds none, in order; mailboxes are none. */
export function findLinks(text: string): readonly FoundLink[] {
  const searched = text.slice(0, MAX_SEARCHED).replace(GLUED, (letter) => ' '.repeat(letter.length))
  const found = linkify().match(searched) ?? []
  return found
    .filter(({ schema }) => schema === '' || schema === 'http:' || schema === 'https:')
    .map(({ raw, index }) => {
      const end = raw.search(WIDE_PUNCTUATION)
      const url = end < 0 ? raw : raw.slice(0, end)
      return { url, at: index, length: url.length }
    })
    .filter(({ url }) => !/^https?:\/*$/i.test(url))
}
