import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { NAMES } from '#src/config/spec.ts'
import { readConfig } from '#src/config.ts'
import { skippedFor } from '#test/services/skipped-for.ts'
import { type ComposeFile, missingComposeReader, readComposeFile } from './compose-file.ts'
import { readDockerfile } from './dockerfile.ts'

const SESSION_SECRET = 'a secret of thirty-two characters or more'
const OURS = ['web', 'worker', 'bots']

describe.skipIf(skippedFor(await missingComposeReader()))(
  'docker-compose.yml',
  { timeout: 120_000 },
  () => {
    let file: ComposeFile
    beforeAll(async () => {
      file = await readComposeFile({ SESSION_SECRET })
    }, 120_000)
    const all = () => Object.entries(file.services)
    const service = (name: string) => {
      const found = file.services[name]
      if (!found) throw new Error(`no service ${name}`)
      return found
    }

    test('is refused without SESSION_SECRET, and says what to put into .env', async () => {
      await expect(readComposeFile({})).rejects.toThrow(/SESSION_SECRET=.*openssl rand -hex 32/)
    })

    test('runs two web, two worker and one bots process, each with the healthcheck of the image', () => {
      expect(service('web').deploy?.replicas).toBe(2)
      expect(service('worker').deploy?.replicas).toBe(2)
      expect(service('bots').deploy?.replicas ?? 1).toBe(1)
      expect(readDockerfile('Dockerfile').healthCommand).toEqual(
        expect.arrayContaining([expect.stringContaining('/healthz')]),
      )
      for (const name of OURS) {
        expect(service(name)).toMatchObject({ build: { dockerfile: 'Dockerfile' } })
        expect(service(name), name).not.toHaveProperty('healthcheck')
      }
    })

    test('asks the proxy and the stores with commands of their own whether they are well', () => {
      for (const name of ['proxy', 'mongo', 'redis']) {
        const [kind, ...words] = service(name).healthcheck?.test ?? []
        expect(kind, name).toMatch(/^CMD/)
        expect(words.join(' '), name).not.toBe('')
      }
    })

    test('gives our processes settings that they know and accept', () => {
      for (const name of OURS) {
        const { environment = {} } = service(name)
        expect(NAMES).toEqual(expect.arrayContaining(Object.keys(environment)))
        expect(readConfig(environment)).toMatchObject({ role: name, warnings: [] })
      }
    })

    test('publishes nothing but the proxy, on this machine alone until told otherwise', async () => {
      const open = all().filter(([, { ports, profiles }]) => ports && !profiles)
      expect(open.map(([name]) => name)).toEqual(['proxy'])
      for (const [, { ports = [] }] of all()) {
        for (const { host_ip } of ports) expect(host_ip).toBe('127.0.0.1')
      }
      const published = await readComposeFile({ SESSION_SECRET, PUBLISH_HTTP: '80' })
      const [http] = published.services.proxy?.ports ?? []
      expect(http?.published).toBe('80')
      expect(http?.host_ip).toBeUndefined()
    })

    test('keeps every process from what it does not need', () => {
      for (const [name, one] of all()) {
        const confined = {
          name,
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          restart: 'unless-stopped',
        }
        expect({ name, ...one }).toMatchObject(confined)
        expect(one.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '3' })
        expect(one.cap_add ?? []).toEqual(name === 'proxy' ? ['NET_BIND_SERVICE'] : [])
        if (!one.build) expect(one.user).toMatch(/^(?!root|0)/)
      }
    })

    test('keeps the stores on a network without a way in or out, which the proxy is not on', () => {
      expect(file.networks.stores?.internal).toBe(true)
      const onStores = all().filter(([, { networks }]) => 'stores' in networks)
      expect(onStores.map(([name]) => name).sort()).toEqual([...OURS, 'mongo', 'redis'].sort())
      for (const name of ['mongo', 'redis']) {
        expect(Object.keys(service(name).networks)).toEqual(['stores'])
      }
    })

    test('believes forwarding headers of the proxy alone, whose address nobody else is given', async () => {
      for (const variables of [{}, { EDGE_NETWORK: '10.9.8' }]) {
        const { services, networks } = await readComposeFile({ SESSION_SECRET, ...variables })
        const address = services.proxy?.networks.edge?.ipv4_address
        expect(services.web?.environment?.TRUSTED_PROXIES).toBe(address)
        const [{ ip_range } = {}] = networks.edge?.ipam?.config ?? []
        expect(ip_range).toBe(address?.replace(/\.2$/, '.128/25'))
      }
    })

    test('puts each volume where its image keeps what must stay, and memory where else it writes', () => {
      const image = readDockerfile('Dockerfile')
      const proxy = readDockerfile('deploy/proxy/Dockerfile')
      const ours = { kept: { data: image.env.DATA_DIR }, passing: ['/tmp'] }
      const places = {
        web: ours,
        worker: ours,
        bots: ours,
        proxy: { kept: { certificates: proxy.env.XDG_DATA_HOME }, passing: ['/tmp'] },
        // As the official images declare their volumes; the second one of MongoDB holds nothing here.
        mongo: { kept: { mongo: '/data/db' }, passing: ['/tmp', '/data/configdb'] },
        redis: { kept: { redis: '/data' }, passing: ['/tmp'] },
        mailpit: { kept: {}, passing: ['/tmp'] },
      }
      const found = all().map(([name, { volumes = [], tmpfs = [] }]) => {
        const named = volumes.filter(({ type }) => type === 'volume')
        const kept = Object.fromEntries(named.map(({ source, target }) => [source, target]))
        return [name, { kept, passing: [...tmpfs] }]
      })
      expect(Object.fromEntries(found)).toEqual(places)
      expect(image.env.DATA_DIR).toBe(service('web').environment?.DATA_DIR)
      // A new volume takes the owner and mode of the image's folder.
      const [uid, gid] = image.user.split(':')
      expect(image.runs).toContain(`install -d -m 0700 -o ${uid} -g ${gid} ${image.env.DATA_DIR}`)
      const [proxyUid, proxyGid] = proxy.user.split(':')
      expect(proxy.runs.join('\n')).toMatch(
        new RegExp(`install -d .*-o ${proxyUid} -g ${proxyGid} .*${proxy.env.XDG_DATA_HOME}`),
      )
    })

    test('names one replica set in the server’s command, in the address and in what makes it', () => {
      const { command = [], healthcheck, volumes = [] } = service('mongo')
      const [program, ...args] = command ?? []
      expect(program).toBe('mongod')
      expect(args).toContain('--bind_ip_all')
      const { made } = askHealth({ codeName: 'NotYetInitialized' })
      const name = args[args.indexOf('--replSet') + 1]
      expect(made).toEqual({ _id: name, members: [{ _id: 0, host: 'mongo:27017' }] })
      const uri = new URL(service('web').environment?.MONGODB_URI ?? '')
      expect([uri.host, uri.searchParams.get('replicaSet')]).toEqual(['mongo:27017', name])
      const scripts = volumes.filter(({ type }) => type === 'bind').map(({ target }) => target)
      expect(scripts).toEqual([healthcheck?.test.at(-1)])
    })

    test('keeps what must outlive a container in named volumes', () => {
      const named = all().flatMap(([, { volumes = [] }]) =>
        volumes.filter(({ type }) => type === 'volume').map(({ source }) => source),
      )
      expect([...new Set(named)].sort()).toEqual(Object.keys(file.volumes).sort())
      expect(named).not.toContain('')
    })
  },
)

/** What the healthcheck of MongoDB makes of a server: run as mongosh does, with its `rs`, `db` and `quit`. */
function askHealth(server: { codeName?: string; isWritablePrimary?: boolean }) {
  const source = readFileSync(new URL('../../deploy/mongo/healthy.js', import.meta.url), 'utf8')
  let made: unknown
  let status: number | undefined
  const rs = {
    status() {
      if (server.codeName) throw Object.assign(new Error(server.codeName), server)
    },
    initiate(config: unknown) {
      made = JSON.parse(JSON.stringify(config))
    },
  }
  const db = { hello: () => ({ isWritablePrimary: server.isWritablePrimary ?? false }) }
  const quit = (code: number): void => {
    status = code
  }
  new Script(source).runInNewContext({ rs, db, quit })
  return { made, status }
}

describe('the healthcheck of MongoDB', () => {
  test('is content with a primary alone', () => {
    expect(askHealth({ isWritablePrimary: true })).toEqual({ made: undefined, status: 0 })
    expect(askHealth({ isWritablePrimary: false })).toEqual({ made: undefined, status: 1 })
  })

  test('makes the replica set where there is none, and hides no other fault', () => {
    const { made, status } = askHealth({ codeName: 'NotYetInitialized', isWritablePrimary: true })
    expect([made, status]).toEqual([expect.objectContaining({ _id: 'rs0' }), 0])
    expect(() => askHealth({ codeName: 'Unauthorized' })).toThrow('Unauthorized')
  })
})
