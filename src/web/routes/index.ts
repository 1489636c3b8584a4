import { accountPages } from './pages-account.ts'
import { chatPages } from './pages-chats.ts'
import { consentPages } from './pages-consent.ts'
import { contactPages } from './pages-contacts.ts'
import { deliveryPages } from './pages-deliveries.ts'
import { homePages } from './pages-home.ts'
import { invitePages } from './pages-invite.ts'
import { linkingPages } from './pages-linking.ts'
import { linkPages } from './pages-links.ts'
import { mailboxPages } from './pages-mailbox.ts'
import { oncePages } from './pages-once.ts'
import { outboxPages } from './pages-outbox.ts'
import { registerPages } from './pages-register.ts'
import { securityPages } from './pages-security.ts'
import { sharePages } from './pages-share.ts'
import { statusPages } from './pages-shares.ts'
import { signInPages } from './pages-sign-in.ts'
import { staticPages } from './pages-static.ts'
import { tokenPages } from './pages-tokens.ts'
import type { PageRoutes, PublicRoutes } from './route.ts'

/** Where pages are hung in: one line for each module of this folder (route.ts says how to write one). */
export const PAGE_ROUTES: readonly PageRoutes[] = [
  homePages,
  signInPages,
  oncePages,
  registerPages,
  mailboxPages,
  accountPages,
  chatPages,
  securityPages,
  tokenPages,
  invitePages,
  linkingPages,
  contactPages,
  sharePages,
  statusPages,
  deliveryPages,
  outboxPages,
]
export const PUBLIC_ROUTES: readonly PublicRoutes[] = [staticPages, linkPages, consentPages]
