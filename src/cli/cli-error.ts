/** A failure that the person at the shell reads as it is. Status 1: it failed; 2: the command was not right. */
export class CliError extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CliError'
    this.exitCode = exitCode
  }
}

/** Nobody is there to ask, now. */
export class UnreachableError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 1, options)
    this.name = 'UnreachableError'
  }
}
