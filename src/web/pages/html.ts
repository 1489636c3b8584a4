import { html as honoHtml, raw as honoRaw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Markup that is safe to send: made by `html`, which escapes every value put into it. */
export type Html = HtmlEscapedString

/** What a template takes: text is escaped, markup kept, lists joined, and nothing shown for the empty. */
export type Fragment = Html | string | number | false | null | undefined | readonly Fragment[]

/** Hono's template tag, narrowed to values that are at hand: nothing awaited, so the markup is at hand too. */
export const html = honoHtml as (
  strings: TemplateStringsArray,
  ...values: readonly Fragment[]
) => Html

/** Markup from our own files and generators alone, never from a person. */
export function trusted(markup: string): Html {
  return honoRaw(markup)
}
