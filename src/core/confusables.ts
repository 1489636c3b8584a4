/**
 * Letters of other scripts, and odd Latin ones, that look like Latin letters in common fonts. A subset of the
 * confusables of Unicode Technical Standard 39, lower-case, for scripts that are used against Latin readers.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑɐᴀꭺａ',
  b: 'ьƅᖯʙв',
  c: 'сϲᴄⅽꮯ',
  d: 'ԁɗɖժḋꮷ',
  e: 'еєҽεℯꬲ',
  f: 'ꬵẝſƒϝ',
  g: 'ɡɢցᶃց',
  h: 'һհʜнᏂ',
  i: 'іιɩɪıїӏꙇꭵ',
  j: 'јϳʝյ',
  k: 'кκᴋқӄ',
  l: 'ⅼʟլⵏןߊᒪ',
  m: 'мᴍⅿꮇ',
  n: 'пηոռɴղη',
  o: 'оοօᴏσჿоഠ๐໐ဝ',
  p: 'рρᴘϱ',
  q: 'ԛգզɋ',
  r: 'гᴦʀɾꮁ',
  s: 'ѕꜱʂꮪ',
  t: 'τтᴛʈ',
  u: 'υսᴜʋ',
  v: 'ѵνᴠⅴ',
  w: 'ԝωաшᴡꮃ',
  x: 'хχⅹ',
  y: 'уγүყʏỿ',
  z: 'ᴢʐꮓ',
}

/** Capitals that look like another Latin letter than their small form does. */
const CAPITALS = new Map(
  Object.entries({
    B: 'ΒВ',
    H: 'ΗНҢ',
    N: 'Ν',
    P: 'ΡР',
    U: 'Ս',
    X: 'ΧХ',
    Y: 'ΥҮ',
    Z: 'Ζ',
    M: 'ΜМ',
    T: 'ΤТ',
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
)

const LATIN_OF = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, others]) =>
    [...others].map((other) => [other.toLowerCase(), latin] as const),
  ),
)

/** Whether a lower-case character could be read as a Latin letter. */
export function looksLatin(character: string): boolean {
  return LATIN_OF.has(character)
}

/** The text with every lookalike written as the Latin letter it is taken for. Lower-case in, lower-case out. */
export function foldConfusables(text: string): string {
  let folded = ''
  for (const character of text) folded += LATIN_OF.get(character) ?? character
  return folded
}

/** The text with capitals of other scripts written as the Latin ones they look like. */
export function foldCapitals(text: string): string {
  let folded = ''
  for (const character of text) folded += CAPITALS.get(character) ?? character
  return folded
}
