/** What stands in a data folder: names that a backup, a restore and whoever starts on it must agree on. */

/** The database's file. */
export const DATABASE = 'passalong.db'
/** The folder where visits wait for the store. */
export const SPOOL = 'spool'
/** The file with the secret, where none is set. */
export const SESSION_SECRET = 'session-secret'
