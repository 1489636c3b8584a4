import type { Engine, FrontEnd } from '#engine/engine.ts'
import type { Desk } from './asks.ts'

/** Answers what steps ask for, by the engine. */
export function createDesk(engine: Engine, frontEnd: FrontEnd): Desk {
  return {
    ...sharingDesk(engine, frontEnd),
    ...accountsDesk(engine),
    ...linkingDesk(engine),
    ...reachingDesk(engine),
  }
}

function sharingDesk({ sharing }: Engine, frontEnd: FrontEnd) {
  return {
    draft: ({ sender, request }) => sharing.draft(sender, request, { locale: sender.locale }),
    accept: ({ sender, request, key, undo }) =>
      sharing.accept(sender, request, {
        ...{ frontEnd, locale: sender.locale, undo },
        idempotencyKey: key,
      }),
    extend: ({ sender, id, recipients, key, undo, partial, replaces }) =>
      sharing.addRecipients(sender, id, recipients, {
        ...{ frontEnd, locale: sender.locale, undo, partial },
        idempotencyKey: key,
        ...(replaces && { replaces }),
      }),
    share: ({ sender, id }) => sharing.get(sender, id),
    shares: ({ sender, page }) => sharing.list(sender, page),
    'cancel-share': ({ sender, id }) => sharing.cancel(sender, id),
    'recall-share': ({ sender, id }) => sharing.recall(sender, id),
    'retry-one': ({ sender, id }) => sharing.retry(sender, id),
    'cancel-one': ({ sender, id }) => sharing.cancelDelivery(sender, id),
    'recall-one': ({ sender, id }) => sharing.recallDelivery(sender, id),
    recents: ({ sender }) => sharing.recents(sender),
  } satisfies Partial<Desk>
}

function accountsDesk({ accounts, contacts }: Engine) {
  return {
    'update-account': ({ sender, change }) => accounts.update(sender.id, change),
    book: ({ sender }) => contacts.list(sender.id),
    'add-contact': ({ sender, input }) => contacts.create(sender.id, input),
    'replace-contact': ({ sender, id, input }) => contacts.replace(sender.id, id, input),
    'remove-contact': ({ sender, id }) => contacts.remove(sender.id, id),
    notes: ({ sender }) => contacts.notes(sender.id, sender.locale),
    'set-notes': ({ sender, notes }) => contacts.setNotes(sender.id, notes),
  } satisfies Partial<Desk>
}

function linkingDesk({ linking, accounts }: Engine) {
  return {
    'begin-link': ({ user, move }) => linking.beginInChat(user, { move }),
    'awaits-pin': ({ user }) => linking.awaitsPin(user),
    'finish-link': ({ user, pin }) => linking.finishInChat(user, pin),
    'link-offer': ({ user, secret }) => linking.offerInChat(secret, user),
    'agree-link': ({ user, secret, move }) => linking.agreeInChat(secret, user, { move }),
    'may-create-account': async () => linking.mayCreateAccount(),
    'create-account': ({ user, locale }) => linking.createAccount(user, { locale }),
    unlink: ({ user, sender }) => linking.unlink(user, sender.id, 'chat'),
    'is-last-way-in': ({ user, sender }) => linking.isLastWayIn(user, sender),
    'sign-in-ticket': ({ sender }) => accounts.signInTicket(sender),
  } satisfies Partial<Desk>
}

function reachingDesk({ reaching }: Engine) {
  return {
    waiting: ({ user, limit }) => reaching.waitingFor(user, limit),
    'show-waiting': ({ user }) => reaching.show(user),
    choose: ({ user, choice }) => reaching.choose(user, choice),
    'has-stopped': ({ user }) => reaching.hasStopped(user),
    'come-by': ({ user, invitation }) => reaching.comeBy(invitation, user),
    invite: ({ sender, id }) => reaching.invite(sender, id),
    confirm: ({ sender, id, ref, yes }) => reaching.confirm(sender, id, { ref, yes }),
    'hand-over': ({ sender, id }) => reaching.handOver(sender, id),
    'handed-over': ({ sender, id }) => reaching.handedOver(sender, id),
    'take-offer': ({ sender, token }) => reaching.takeOffer(sender, token),
  } satisfies Partial<Desk>
}
