import { text } from 'node:stream/consumers'
import { isFinal } from '#core/delivery.ts'
import type { Texts } from '#locales/texts.ts'
import { awaitDeliveries } from './await-deliveries.ts'
import { CliError } from './cli-error.ts'
import type { ShareInput } from './client.ts'
import type { Connection } from './connect.ts'
import { createProgress } from './progress.ts'
import { showReplies } from './show-replies.ts'
import { showShare } from './show-share.ts'

/** What every command gets: who does the work, how to speak, and where output goes. */
export interface Scene {
  readonly connection: Connection
  readonly texts: Texts
  readonly json: boolean
  print(line: string): void
  /** For people, beside the result: on stderr. */
  remark(line: string): void
}

export interface AccountOptions {
  readonly email?: string
  readonly displayName?: string
  readonly passwordStdin?: boolean
}

export async function createAccount(scene: Scene, username: string, options: AccountOptions) {
  const password = options.passwordStdin ? await readPassword(scene.texts) : undefined
  const { email, displayName } = options
  const { client } = scene.connection
  const made = await client.createAccount({ username, displayName, email, password })
  if (password !== undefined) {
    return result(scene, made, scene.texts(`cli.created.${roleOf(made.role)}`, made))
  }
  const { link } = await client.resetAccount(made.username)
  const line = scene.texts('cli.createdWithLink', { username: made.username, link })
  result(scene, { ...made, link }, line)
}

export async function resetAccount(scene: Scene, name: string) {
  const { link } = await scene.connection.client.resetAccount(name)
  result(scene, { link }, link)
  if (scene.json) return
  scene.remark(scene.texts('cli.resetRemark'))
  if (!(await scene.connection.linksOpen())) scene.remark(scene.texts('cli.linksNeedServer'))
}

export async function createToken(scene: Scene, name: string) {
  const { token } = await scene.connection.client.createToken(name)
  result(scene, { token }, token)
}

export async function share(scene: Scene, input: ShareInput) {
  const { client, mode } = scene.connection
  await scene.connection.deliver()
  const accepted = await client.share(input)
  const { rejected, warnings, estimate } = accepted
  const progress = createProgress()
  const settled =
    mode === 'alone'
      ? await awaitDeliveries(
          accepted,
          () => client.status(accepted.id),
          (done, total) => progress.show(scene.texts('cli.progress', { done, total })),
        )
      : accepted
  progress.clear()
  const shown = { ...settled, rejected, warnings, estimate }
  result(scene, shown, showShare(shown, scene.texts))
  if (await scene.connection.linksOpen()) return
  scene.remark(scene.texts('cli.linksNeedServer'))
  const left = shown.deliveries.some(({ state }) => !isFinal(state))
  if (left) scene.remark(scene.texts('cli.restNeedsServer'))
}

export async function status(scene: Scene, id: string) {
  const { client } = scene.connection
  const [found, replies] = await Promise.all([client.status(id), client.replies(id)])
  const shown = [showShare(found, scene.texts), ...showReplies(replies, scene.texts)]
  result(scene, { ...found, replies }, shown.join('\n'))
}

export async function recall(scene: Scene, id: string) {
  const recalled = await scene.connection.client.recall(id)
  result(scene, recalled, showShare(recalled, scene.texts))
}

export async function exportAccount(scene: Scene, name: string) {
  for await (const part of await scene.connection.client.exportAccount(name)) {
    process.stdout.write(part)
  }
}

export async function purge(scene: Scene) {
  const { blanked } = await scene.connection.client.purge()
  result(scene, { blanked }, scene.texts('cli.purged', { count: blanked }))
}

function result({ json, print }: Scene, value: unknown, forPeople: string): void {
  print(json ? JSON.stringify(value) : forPeople)
}

/** All of stdin but the line break at its end. */
async function readPassword(texts: Texts): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '')
  if (password === '') throw new CliError(texts('cli.noPassword'), 2)
  return password
}

function roleOf(role: string): 'operator' | 'member' {
  return role === 'operator' ? 'operator' : 'member'
}
