/** The part of smpp 0.5.1 that is used here, its codec; the package has no types of its own. */
declare module 'smpp' {
  interface Definition {
    type?: unknown
    filter?: unknown
  }
  class PDU {
    /** Reads a whole frame. */
    constructor(frame: Buffer)
    /** `fields`: those of the command by name, or `command_status` alone. */
    constructor(command: string, fields: Readonly<Record<string, unknown>>)
    static maxLength: number
    readonly command: string
    readonly command_status: number
    sequence_number: number
    toBuffer(): Buffer
  }
  const smpp: {
    readonly PDU: typeof PDU
    readonly commands: Readonly<
      Record<string, { readonly params?: Readonly<Record<string, Definition>> }>
    >
    readonly tlvs: Readonly<Record<string, Definition>>
  }
  export = smpp
}
