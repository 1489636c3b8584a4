/**
 * Structured log, the shape of pino's. Secrets, codes, addresses and notes are never passed to it: log ids.
 */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
