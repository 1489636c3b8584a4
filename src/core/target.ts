/** What is shared. `title` is empty until the sender or the preview gives one. */
export type Target = PageTarget | MediaTarget | PhoneTarget

/** A web page: its link leads there at once. */
export interface PageTarget {
  readonly kind: 'page'
  /** Normalised absolute http(s) URL, ASCII. */
  readonly url: string
  readonly title: string
}

/** Something that a browser plays: its link shows it with the note. */
export interface MediaTarget {
  readonly kind: 'media'
  readonly url: string
  readonly title: string
  readonly media: 'video' | 'audio' | 'image'
}

/** A number to call: its link shows a button that dials. */
export interface PhoneTarget {
  readonly kind: 'phone'
  /** `tel:` URI (RFC 3966): number, then pauses and the access code, as they are dialled. */
  readonly url: string
  readonly title: string
  /** E.164, or a short code with its region. */
  readonly number: string
  readonly region: string | null
  /** What is dialled after the number: `,` pauses and digits. Empty where there is none. */
  readonly postdial: string
}
