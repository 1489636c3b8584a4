/** The reference: a bare Koa and its router, answering redirects from a Map. Prints its port. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Router } from '@koa/router'
import Koa from 'koa'

const targets = new Map(
  JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as [string, string][],
)
const router = new Router()
router.get('/r/:code', (ctx) => {
  const target = targets.get(ctx.params.code ?? '')
  if (target) ctx.redirect(target)
})
const server = createServer(new Koa().use(router.routes()).callback())
server.listen(0, '127.0.0.1', () => {
  console.log(`ready: http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
