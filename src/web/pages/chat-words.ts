import type { Platform, PlatformUser } from '#core/identity.ts'
import { type Fragment, type Html, html } from './html.ts'
import { type IconName, icon } from './icons.ts'
import type { PageView } from './view.ts'

const ICONS: Readonly<Record<Platform, IconName>> = {
  console: 'terminal',
  telegram: 'sending',
  slack: 'hash',
  matrix: 'brackets',
}

export function platformIcon(platform: Platform): Html {
  return icon(ICONS[platform])
}

export function platformName(view: PageView, platform: Platform): string {
  return view.texts(`web.platform.${platform}`)
}

/** As the platform's people call them: `@ann`, or their name where they have no handle. */
export function handleOf({ handle, name }: Pick<PlatformUser, 'handle' | 'name'>): string {
  return handle ? `@${handle}` : name
}

/** A user of a platform, or somebody's account: a sign, a name, what they go by. */
export function whoCard(sign: Html, name: string, more: Fragment): Html {
  return html`<div class="who">${sign}<span><strong>${name}</strong><span class="muted">${more}</span></span></div>`
}

/** `more`: what else is to be said of them, on a line of its own. */
export function userCard(view: PageView, user: PlatformUser, more?: Html): Html {
  const place = platformName(view, user.platform)
  const where = user.handle ? `@${user.handle} · ${place}` : place
  return whoCard(platformIcon(user.platform), user.name, more ? html`${where}<br>${more}` : where)
}
