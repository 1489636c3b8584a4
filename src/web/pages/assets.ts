import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The files of src/web/public, read once. Small and few: they are served from memory. */
export interface Asset {
  readonly body: Buffer
  readonly type: string
  /** Names this very content; in the address, so that browsers may keep it for a year. */
  readonly version: string
}

const TYPES = {
  'base.css': 'text/css; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'share.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'manifest.webmanifest': 'application/manifest+json',
} as const
export type AssetName = keyof typeof TYPES

const ASSETS: ReadonlyMap<string, Asset> = new Map(
  Object.entries(TYPES).map(([name, type]) => [name, readAsset(name, type)]),
)

function readAsset(name: string, type: string): Asset {
  const body = readFileSync(new URL(`../public/${name}`, import.meta.url))
  const version = createHash('sha256').update(body).digest('base64url').slice(0, 12)
  return { body, type, version }
}

export function assetNames(): readonly string[] {
  return [...ASSETS.keys()]
}

export function assetNamed(name: string): Asset | undefined {
  return ASSETS.get(name)
}

/** The address of a file in its present version. */
export function assetUrl(name: AssetName): string {
  return `/${name}?v=${ASSETS.get(name)?.version ?? ''}`
}
