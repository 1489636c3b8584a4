import { randomBytes } from 'node:crypto'
import { createMongoStore } from '#adapters/stores/mongo/store.ts'
import { openDatabase } from '#adapters/stores/mongo/database.ts'
import { sharePlan } from '#test/contracts/store/plans.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { claimsPerSecond, plantDue } from './claim/claim-and-settle.ts'
import { createRequire } from 'node:module'
const req = createRequire(import.meta.url)
const { Connection } = createRequire(req.resolve('mongoose'))('mongodb/lib/cmap/connection.js')
const stats = new Map<string, [number, number, number]>()
const orig = Connection.prototype.command
Connection.prototype.command = async function (ns: any, cmd: any, ...rest: any[]) {
  const b = performance.now()
  try { return await orig.call(this, ns, cmd, ...rest) } finally {
    const name = Object.keys(cmd)[0]!, key = name + ' ' + cmd[name]
    const st = stats.get(key) ?? [0, 0, 0]; st[0]++; st[1] += performance.now() - b; st[2] += (cmd.updates ?? cmd.documents ?? cmd.filter?._id?.$in ?? [1]).length; stats.set(key, st)
  }
}
const show = () => { for (const [k, [n, ms, docs]] of [...stats].sort((a, b) => b[1][1] - a[1][1])) console.log('   ', k.padEnd(34), n, 'calls', (ms / n).toFixed(1), 'ms', (docs / n).toFixed(0), 'docs'); stats.clear() }
const uri = 'mongodb://127.0.0.1:27999/b_bench'
const db = await openDatabase({ uri: () => uri }); await db.connection.dropDatabase()
const store = await createMongoStore({ uri: () => uri }, { logger: quiet, randomBytes })
const cmds: Record<string, [number, number]> = {}
const time = async (f: () => Promise<unknown>) => { const b = performance.now(); await f(); return performance.now() - b }
const thousand = () => sharePlan({ to: Array.from({ length: 1000 }, () => ({})) })
for (let i = 0; i < 3; i++) await store.shares.accept(thousand())
const raw: number[] = [], acc: number[] = []
const rc = db.connection.collection<any>('raw')
await rc.createIndexes([{ name: 'code', key: { code: 1 }, unique: true }, { name: 'lane', key: { 'due.lane': 1, 'due.at': 1 }, sparse: true }, { name: 'channel', key: { 'due.channel': 1, 'due.at': 1 }, sparse: true }, { name: 'sweep', key: { 'sweep.for': 1, 'sweep.at': 1 }, sparse: true }, { name: 'finds', key: { finds: 1 }, sparse: true }])
for (let i = 0; i < 15; i++) {
  const plan = thousand()
  acc.push(await time(() => store.shares.accept(plan)))
  const docs = await db.connection.collection<any>('deliveries').find({ share: plan.id, _id: { $gte: plan.id + '-', $lt: plan.id + '.' } }).toArray()
  raw.push(await time(() => rc.insertMany(docs, { ordered: false })))
}
const med = (a: number[]) => a.sort((x, y) => x - y)[a.length >> 1]!
show(); console.log('accept', med(acc).toFixed(1), 'raw', med(raw).toFixed(1), 'ratio', (med(raw) / med(acc)).toFixed(2))
await db.connection.collection('deliveries').deleteMany({})
const due = await plantDue(store, 6000)
console.log('planted', due.length)
stats.clear(); for (const c of [50, 100]) { console.log('claim+settle', c, (await claimsPerSecond(store, due.splice(0, 2000), c)).toFixed(0), '/s'); show() }
await store.close(); await db.connection.dropDatabase(); await db.close()
