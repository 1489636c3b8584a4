import { accountPages } from './pages-account.ts'
import { consentPages } from './pages-consent.ts'
import { contactPages } from './pages-contacts.ts'
import { deliveryPages } from './pages-deliveries.ts'
import { homePages } from './pages-home.ts'
import { linkPages } from './pages-links.ts'
import { outboxPages } from './pages-outbox.ts'
import { sharePages } from './pages-share.ts'
import { statusPages } from './pages-shares.ts'
import { signInPages } from './pages-sign-in.ts'
import { staticPages } from './pages-static.ts'
import type { PageRoutes, PublicRoutes } from './route.ts'

/** Where pages are hung in: one line for each module of this folder (route.ts says how to write one). */
export const PAGE_ROUTES: readonly PageRoutes[] = [
  homePages,
  signInPages,
  accountPages,
  contactPages,
  sharePages,
  statusPages,
  deliveryPages,
  outboxPages,
]
export const PUBLIC_ROUTES: readonly PublicRoutes[] = [staticPages, linkPages, consentPages]
