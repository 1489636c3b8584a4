import type { Texts } from '#locales/texts.ts'
import type { DeliveryJson, ShareJson } from '#web/api/share-schemas.ts'

/** A share as people read it in a terminal. */
export function showShare(share: ShareJson, texts: Texts): string {
  const { title, url } = share.target
  const width = Math.max(...share.deliveries.map((delivery) => nameOf(delivery, texts).length), 0)
  return [
    texts('cli.share', { id: share.id }),
    title ? `  ${title}\n  ${url}` : `  ${url}`,
    ...share.deliveries.flatMap((delivery) => showDelivery(delivery, width, texts)),
    ...share.rejected.map(({ recipient, detail }) => `  ✗ ${recipient}: ${detail}`),
    ...share.warnings.map((warning) => `  ! ${warningLine(warning, texts)}`),
  ].join('\n')
}

function showDelivery(delivery: DeliveryJson, width: number, texts: Texts): readonly string[] {
  const state = texts(isKept(delivery) ? 'state.kept' : `state.${delivery.state}`)
  const opened = delivery.opens > 0 ? `, ${texts('cli.opened', { count: delivery.opens })}` : ''
  const why = delivery.error ? `\n      ${delivery.error.detail}` : ''
  const head = `  ${nameOf(delivery, texts).padEnd(width)}  ${delivery.channel}: ${state}${opened}`
  return [head + why, `      ${delivery.link}`]
}

/** A server beside us keeps it in a moment, if it has not yet: nothing of it is on its way. */
const KEPT: readonly DeliveryJson['state'][] = ['queued', 'sending', 'accepted', 'delivered']

function isKept({ via, state }: DeliveryJson): boolean {
  return via === 'outbox' && KEPT.includes(state)
}

function nameOf({ recipient, address }: DeliveryJson, texts: Texts): string {
  return recipient ?? address ?? texts('cli.blanked')
}

function warningLine(warning: ShareJson['warnings'][number], texts: Texts): string {
  return texts(`cli.warning.${warning.code}`, {
    host: warning.host ?? '',
    ascii: warning.ascii ?? '',
    recipient: warning.recipient ?? '',
    suggestion: warning.suggestion ?? '',
    channel: warning.channel ?? '',
    seconds: warning.seconds ?? 0,
  })
}
