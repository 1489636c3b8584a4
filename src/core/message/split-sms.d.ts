/** The part of split-sms 0.1.7 that is used here; the package has no types of its own. */
declare module 'split-sms' {
  interface Split {
    readonly characterSet: 'GSM' | 'Unicode'
    readonly parts: readonly {
      /** Left out of a summary. */
      readonly content: string | undefined
      readonly length: number
      readonly bytes: number
    }[]
  }
  const splitter: { split(message: string, options?: { summary?: boolean }): Split }
  export = splitter
}
