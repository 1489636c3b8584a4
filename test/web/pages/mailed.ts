import { type RunningWeb, until } from '#test/web/start-web.ts'

const PATIENCE_MS = 20_000

/** The path of the newest one-time link of a kind that was mailed to a mailbox. */
export async function mailedPath(web: RunningWeb, mailbox: string, kind: string): Promise<string> {
  const find = async (): Promise<string | undefined> => (await mailedPaths(web, mailbox, kind))[0]
  return (await until(find, (path) => path !== undefined, PATIENCE_MS)) ?? ''
}

/** All of them, the newest first. */
export async function mailedPaths(
  web: RunningWeb,
  mailbox: string,
  kind: string,
): Promise<readonly string[]> {
  const { items } = await web.engine.outbox.page({ limit: 100, cursor: null })
  const texts = items.flatMap(({ rendered }) =>
    rendered.channel === 'email' && rendered.to.address === mailbox ? [rendered.text] : [],
  )
  const link = new RegExp(`${kind}\\?ticket=\\w+`)
  return texts.flatMap((text) => link.exec(text)?.[0] ?? [])
}
