import type { Engine, FrontEnd } from '#engine/engine.ts'
import type { Desk } from './asks.ts'

/** Answers what steps ask for, by the engine. */
export function createDesk(engine: Engine, frontEnd: FrontEnd): Desk {
  const { sharing, accounts, contacts, linking } = engine
  return {
    draft: ({ sender, request }) => sharing.draft(sender, request, { locale: sender.locale }),
    accept: ({ sender, request, key, undo }) =>
      sharing.accept(sender, request, {
        frontEnd,
        locale: sender.locale,
        idempotencyKey: key,
        undo,
      }),
    share: ({ sender, id }) => sharing.get(sender, id),
    'cancel-share': ({ sender, id }) => sharing.cancel(sender, id),
    'recall-share': ({ sender, id }) => sharing.recall(sender, id),
    delivery({ sender, id, act }) {
      switch (act) {
        case 'retry':
          return sharing.retry(sender, id)
        case 'cancel':
          return sharing.cancelDelivery(sender, id)
        case 'recall':
          return sharing.recallDelivery(sender, id)
        default:
          return act satisfies never
      }
    },
    recents: ({ sender }) => sharing.recents(sender),
    book: ({ sender }) => contacts.list(sender.id),
    notes: ({ sender }) => contacts.notes(sender.id, sender.locale),
    'update-account': ({ sender, change }) => accounts.update(sender.id, change),
    'begin-link': ({ user, move }) => linking.beginInChat(user, { move }),
    'awaits-pin': ({ user }) => linking.awaitsPin(user),
    'finish-link': ({ user, pin }) => linking.finishInChat(user, pin),
    'may-create-account': async () => linking.mayCreateAccount(),
    'create-account': ({ user, locale }) => linking.createAccount(user, { locale }),
  }
}
