import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Listening, listen } from '#src/server/listen.ts'
import { findSocket, placeSocket, removeSocket } from '#src/server/private-socket.ts'

let root: string
let long: string
let listening: Listening | undefined
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'passalong-socket-'))
  long = join(root, 'x'.repeat(100))
  mkdirSync(long)
})
afterEach(async () => {
  await listening?.close()
  listening = undefined
  rmSync(root, { recursive: true, force: true })
})

describe('the socket of a data folder with a long path', () => {
  test('is found where the server listens', async () => {
    const placed = placeSocket(long)
    listening = await listen({ path: placed })
    expect(findSocket(long)).toBe(placed)
    await listening.close()
    removeSocket(long)
    expect(findSocket(long)).not.toBe(placed)
    expect(existsSync(dirname(placed))).toBe(false)
    expect(readdirSync(long)).toEqual([])
  })

  test('is nothing that somebody else has put in its place since', () => {
    const placed = placeSocket(long)
    const foreign = join(root, 'foreign.sock')
    writeFileSync(foreign, '')
    symlinkSync(foreign, placed)
    expect(findSocket(long)).not.toBe(placed)
    rmSync(dirname(placed), { recursive: true })
  })
})
