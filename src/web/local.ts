import type { WebRouter } from './context.ts'
import type { WebDeps } from './deps.ts'

/**
 * `/local/*`: what the command line alone may do (accounts, tokens, export, purge), on the private socket in
 * DATA_DIR. Whoever can open that socket owns the data folder; nothing else is checked here.
 */
export function addLocalRoutes(_router: WebRouter, _deps: WebDeps): void {}
