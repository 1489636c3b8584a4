import { costWords, savedWords } from '#core/sending-words.ts'
import type { Money } from '#core/sms-price.ts'
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
    ...costLines(share, texts).map((line) => `  ${line}`),
    ...share.rejected.map(({ recipient, detail }) => `  ✗ ${recipient}: ${detail}`),
    ...share.warnings.map((warning) => `  ! ${warningLine(warning, texts)}`),
  ].join('\n')
}

/** What was expected where it was just accepted, else what it came to. */
function costLines({ cost, estimate }: ShareJson, texts: Texts): readonly string[] {
  const money = ({ amount, currency }: Money): string => texts('cli.money', { amount, currency })
  const words = costWords(estimate ?? cost, texts, money)
  const saved = estimate && savedWords(estimate, texts)
  return [...(words.length > 0 ? [words.join(' · ')] : []), ...(saved ? [saved] : [])]
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
    number: warning.number ?? '',
    count: warning.count ?? 0,
    segments: warning.segments ?? 0,
  })
}
