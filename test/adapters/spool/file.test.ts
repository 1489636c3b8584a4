import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileSpool } from '#adapters/spool/file.ts'
import { spoolContract } from '#test/contracts/spool.ts'
import { aBatch } from '#test/fixtures/visits.ts'

const warnings: string[] = []
const logger = {
  debug() {},
  info() {},
  warn: (_fields: object, message: string) => void warnings.push(message),
  error() {},
}
let dir: string
const open = () => openFileSpool({ dir }, { logger })
const batch = (seq: number, writer: string) => aBatch(seq, undefined, writer)

beforeEach(async () => {
  warnings.length = 0
  dir = join(await mkdtemp(join(tmpdir(), 'spool-')), 'spool')
})
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }))

let opened = 0
spoolContract(() => openFileSpool({ dir: join(dir, String(opened++)) }, { logger }))

async function drained(spool: Awaited<ReturnType<typeof open>>): Promise<number[]> {
  const seqs: number[] = []
  await spool.drain(async (batches) => void seqs.push(...batches.map(({ seq }) => seq)))
  return seqs
}

test('keeps its name and its batches over a restart, and gives them in order', async () => {
  const first = await open()
  for (const seq of [1, 2, 3]) await first.append(batch(seq, first.writer))
  await first.close()
  const second = await open()
  expect(second.writer).toBe(first.writer)
  expect(second.lastSeq).toBe(3)
  expect(second.size).toBe(3)
  await second.append(batch(4, second.writer))
  expect(await drained(second)).toEqual([1, 2, 3, 4])
  expect(second.size).toBe(0)
  expect((await readdir(dir)).filter((name) => name.endsWith('.log'))).toEqual([])
  await second.close()
})

test('a record that was cut is left out, those before and after it are kept', async () => {
  const spool = await open()
  for (const seq of [1, 2]) await spool.append(batch(seq, spool.writer))
  await spool.close()
  const path = join(dir, '00000001.log')
  await truncate(path, (await stat(path)).size - 20)
  const second = await open()
  expect(warnings).toHaveLength(1)
  await second.append(batch(3, second.writer))
  expect(await drained(second)).toEqual([1, 3])
  await second.close()
})

test('garbage in a segment is no fault', async () => {
  const spool = await open()
  await spool.append(batch(1, spool.writer))
  await spool.close()
  await appendFile(join(dir, '00000001.log'), 'deadbeef {"seq":9}\n\u0000\u0000\nx\n')
  await writeFile(join(dir, '00000002.log'), 'nothing')
  const second = await open()
  expect(await drained(second)).toEqual([1])
  await second.close()
})

test('what it may take up is bounded, and what is drained makes room again', async () => {
  const spool = await openFileSpool({ dir, maxBytes: 1_000 }, { logger })
  let kept = 0
  const fill = async () => {
    for (;;) {
      await spool.append(batch(kept + 1, spool.writer))
      kept++
    }
  }
  await expect(fill()).rejects.toThrow('the spool is full')
  expect(kept).toBeGreaterThan(2)
  expect((await stat(join(dir, '00000001.log'))).size).toBeLessThan(1_500)
  expect(await drained(spool)).toHaveLength(kept)
  await spool.append(batch(kept + 1, spool.writer))
  expect(await drained(spool)).toEqual([kept + 1])
  await spool.close()
})

test('a folder that cannot be written to is a fault of each batch, and mends itself', async () => {
  const spool = await open()
  await rm(dir, { recursive: true })
  await expect(spool.append(batch(1, spool.writer))).rejects.toThrow('ENOENT')
  expect(spool.size).toBe(0)
  await mkdir(dir)
  await spool.append(batch(2, spool.writer))
  expect(await drained(spool)).toEqual([2])
  await spool.close()
})

test('a file that somebody emptied is told of, and holds up nothing behind it', async () => {
  const spool = await open()
  await spool.append(batch(1, spool.writer))
  await truncate(join(dir, '00000001.log'), 0)
  expect(await drained(spool)).toEqual([])
  expect(spool.size).toBe(0)
  await spool.append(batch(2, spool.writer))
  expect(await drained(spool)).toEqual([2])
  await spool.close()
})

test('a disk that takes no more gets no further files, and what it took is whole', async () => {
  const script = `
    const { openFileSpool } = await import('#adapters/spool/file.ts')
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const spool = await openFileSpool({ dir: process.argv[1] }, { logger })
    let kept = 0
    for (let seq = 1; seq <= 200; seq++) {
      const batch = { writer: spool.writer, seq, visits: [], reclassed: [] }
      await spool.append(batch).then(() => kept++, () => undefined)
    }
    process.stdout.write(String(kept))`
  const limited = ['--fsize=3000', process.execPath, '--input-type=module', '-e', script, dir]
  const { stdout } = spawnSync('prlimit', limited, { encoding: 'utf8' })
  const segments = (await readdir(dir)).filter((name) => name.endsWith('.log'))
  expect(segments).toEqual(['00000001.log'])
  const spool = await open()
  expect(warnings).toEqual([])
  expect(await drained(spool)).toHaveLength(Number(stdout))
  expect(Number(stdout)).toBeGreaterThan(10)
  await spool.close()
})

test('every batch that was acknowledged outlives a kill -9', async () => {
  const script = `
    const { openFileSpool } = await import('#adapters/spool/file.ts')
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const spool = await openFileSpool({ dir: process.argv[1] }, { logger })
    for (let seq = 1; ; seq++) {
      await spool.append({ writer: spool.writer, seq, visits: [], reclassed: [] })
      process.stdout.write(seq + '\\n')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.length > 5_000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const acknowledged = Number(said.split('\n').at(-2))
  const spool = await open()
  expect(acknowledged).toBeGreaterThan(500)
  expect(spool.lastSeq).toBeGreaterThanOrEqual(acknowledged)
  expect((await drained(spool)).length).toBeGreaterThanOrEqual(acknowledged)
  await spool.close()
})
