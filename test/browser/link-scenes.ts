import type { PlatformUser } from '#core/identity.ts'
import { telegramUser } from '#test/web/pages/chat-users.ts'
import { PASSWORD, type RunningWeb } from '#test/web/start-web.ts'
import type { Stage } from './stage.ts'

/** Linked and half-linked chats, and a mailbox that is still to be verified. */
export async function linkScenes(web: RunningWeb): Promise<Pick<Stage, 'pages' | 'publicPages'>> {
  const { accounts } = web.engine
  const ann = (await accounts.get(web.ann.account.id)) ?? web.ann.account
  await accounts.changeEmail(ann, 'ann@example.org', { password: PASSWORD, locale: 'en' })
  const linked = telegramUser(4711, 'annlee', 'Ann Lee')
  await link(web, linked, 'ann')
  await link(web, telegramUser(4712, null, '安妮'), 'ann')
  const moving = telegramUser(4713, 'bobs_other', 'Bob the Builder')
  await link(web, moving, 'bob')
  const taken = await begin(web, telegramUser(4714, 'eve', 'Eve'))
  await web.engine.linking.agreeOnPage(taken.slice('/link/'.length), web.bob.account)
  const asked = telegramUser(4715, 'ann_at_work', 'Ann (work)')
  return {
    pages: {
      'start-link': { path: '/account/chats', press: 'form[action$="/telegram"] button' },
      'start-link-matrix': { path: '/account/chats', press: 'form[action$="/matrix"] button' },
      unlink: '/account/chats/unlink?user=telegram%20default%204711',
      link: await begin(web, asked),
      'link-moves': await begin(web, moving),
      'link-pin': {
        path: await begin(web, telegramUser(4716, 'ann_on_the_go', 'Ann on the go')),
        press: 'main button.primary',
      },
      linked: await begin(web, linked),
      'link-gone': '/link/gone',
      'link-anothers': taken,
    },
    publicPages: { 'link-sign-in': await begin(web, telegramUser(4717, 'dora', 'Dora Maar')) },
  }
}

async function begin(web: RunningWeb, user: PlatformUser): Promise<string> {
  const { secret } = await web.engine.linking.beginInChat(user, { move: true })
  return `/link/${secret}`
}

async function link(web: RunningWeb, user: PlatformUser, username: 'ann' | 'bob'): Promise<void> {
  const { linking } = web.engine
  const { account } = web[username]
  const { secret } = await linking.beginOnPage(account, user.platform)
  const { pin } = await linking.agreeInChat(secret, user, { move: false })
  await linking.finishOnPage(account, pin)
}
