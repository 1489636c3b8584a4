import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes what was named, renamed and removed in the folder outlive a power cut. */
export function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}
