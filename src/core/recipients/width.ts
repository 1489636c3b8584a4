/**
 * Full-width ASCII, the ideographic space and typographic double quotes as ASCII, one UTF-16 unit for one: what
 * is found in the folded text lies at the same place in the text as written.
 */
export function foldWidth(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
    .replace(/[“”„‟]/g, '"')
}

/** Text within quotes, where folded quotes and backslashes are escaped. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\“”„‟＂＼]/g, '\\$&')}"`
}

/** What stood within quotes. */
export function unquoted(text: string): string {
  return text.replace(/[\\＼](.)/gsu, '$1')
}
