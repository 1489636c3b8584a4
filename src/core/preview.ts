/** What a page says of itself, cleaned for showing: one line each, cut. */
export interface LinkPreview {
  readonly title: string
  readonly description: string
  /** Absolute http(s) URL, never fetched by us. */
  readonly image: string | null
  readonly siteName: string
}
