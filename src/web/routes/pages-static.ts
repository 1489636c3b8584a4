import type { WebContext } from '../context.ts'
import { type Asset, assetNamed, assetNames } from '../pages/assets.ts'
import { secure } from '../security.ts'
import type { PublicRoutes } from './route.ts'

const YEAR_S = 31_536_000
/** share.js and the manifest are asked for without a version: looked at again after an hour. */
const HOUR_S = 3_600

/** The few files that pages and other sites load. */
export const staticPages: PublicRoutes = (router, { settings }) => {
  for (const name of assetNames()) {
    router.get(`/${name}`, secure('script', settings), (ctx) => sendAsset(ctx, assetNamed(name)))
  }
  router.get('/favicon.ico', (ctx) => {
    ctx.redirect('/icon.svg')
    ctx.set('Cache-Control', `public, max-age=${YEAR_S}`)
  })
}

function sendAsset(ctx: WebContext, asset: Asset | undefined): void {
  if (!asset) return
  const versioned = ctx.query.v === asset.version
  ctx.set(
    'Cache-Control',
    versioned ? `public, max-age=${YEAR_S}, immutable` : `public, max-age=${HOUR_S}`,
  )
  ctx.set('ETag', `"${asset.version}"`)
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  ctx.set('Content-Type', asset.type)
  ctx.body = asset.body
}
