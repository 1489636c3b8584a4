import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { ReceiptVerdict } from '#core/delivery.ts'
import { type IdForm, inForm, normalId } from './message-ids.ts'
import type { SmppReceipt } from './receipt.ts'

/** One send of one delivery, as its parts are taken. */
export interface Entry {
  /** Notes that a part was taken under the id, and tells the ids that receipts may name it by. */
  took(messageId: string): readonly string[]
  /** No further part goes out; one that is still unanswered may yet be taken. */
  close(): void
  /** Whether every part was taken. */
  isWhole(): boolean
}

/** What is told of a delivery: a receipt by what it is known by, or nothing that changes anything. */
export type Told = { readonly providerId: string; readonly verdict: ReceiptVerdict } | null

export interface Ledger {
  open(delivery: { readonly id: string; readonly to: string; readonly parts: number }): Entry
  /** Whom the receipt is about. One that comes before the answer to its submit waits for that a little. */
  look(receipt: SmppReceipt): Promise<Told>
}

interface Sent {
  readonly deliveryId: string
  /** The end of the number. */
  readonly to: string
  readonly parts: number
  /** Each once; lists, since most messages have one part and many are remembered. */
  readonly ids: string[]
  readonly delivered: string[]
}

/** A send whose answers are not all there. */
interface Unanswered {
  /** Made only where somebody waits for it. */
  closed?: PromiseWithResolvers<void>
}

/** A part of what was sent, by the id that its submit was answered with. */
interface Part {
  readonly sent: Sent
  readonly id: string
}

/** A part that a receipt names by its id in another form. */
interface Rewritten {
  readonly part: Part
  readonly form: IdForm
}

/** Ids that are remembered; a receipt for an older one is handed on as it is. */
const REMEMBERED = 100_000
/** How long a receipt waits for answers to submits to the same number. */
const EARLY_MS = 2_000
/** What turns an id of a receipt back into the one that its submit was answered with. */
const BACK = { 'hex-to-decimal': 'decimal-to-hex', 'decimal-to-hex': 'hex-to-decimal' } as const
const CONVERSIONS = ['hex-to-decimal', 'decimal-to-hex'] as const

/**
 * Remembers under which ids the SMSC took which delivery. A message of several parts is delivered when all of them
 * are, and failed as soon as one is; a part of a message that never went out whole says nothing of its delivery
 * but a failure. What is not remembered (after a restart) is handed on as it came: the first part speaks for all,
 * and nothing goes backwards, since a store lets no receipt do that.
 *
 * Some SMSCs answer a submit with a hexadecimal id and write it in decimal in the receipt, or the other way round.
 * Which, is learned from a receipt that fits one such id and its number; from then on both are told as ids.
 */
export function createLedger({ earlyMs = EARLY_MS } = {}): Ledger {
  const known = new LRUCache<string, Part>({ max: REMEMBERED })
  const open = new Map<string, Set<Unanswered>>()
  let form: IdForm | undefined

  const remember = (part: Part): void => {
    const { sent, id } = part
    addOnce(sent.ids, id)
    known.set(id, part)
  }

  /** By an id that was written otherwise in the receipt, and the number: both must fit. */
  const findRewritten = (id: string, tails: readonly string[]): Rewritten[] =>
    CONVERSIONS.filter((conversion) => (form ?? conversion) === conversion).flatMap(
      (conversion) => {
        const part = known.get(inForm(id, BACK[conversion]) ?? '')
        const isOther = part !== undefined && part.id !== id && tails.includes(part.sent.to)
        return isOther ? [{ part, form: conversion }] : []
      },
    )

  /** By an id and the number; else by the id alone, since receipts may write a number in any way. */
  const find = (receipt: SmppReceipt): Part | undefined => {
    const ids = receipt.ids.map(normalId)
    const tails = receipt.numbers.map(tailOf)
    const named = ids.flatMap((id) => known.get(id) ?? [])
    const fitting = named.find(({ sent }) => tails.includes(sent.to))
    if (fitting) {
      form ??= 'same'
      return fitting
    }
    const [rewritten] = ids.flatMap((id) => findRewritten(id, tails))
    if (!rewritten) return named[0]
    form ??= rewritten.form
    return rewritten.part
  }

  async function waitForAnswers(receipt: SmppReceipt): Promise<void> {
    const sends = receipt.numbers.flatMap((number) => [...(open.get(tailOf(number)) ?? [])])
    if (sends.length === 0) return
    const closed = sends.map((one) => {
      one.closed ??= Promise.withResolvers()
      return one.closed.promise
    })
    await Promise.race([Promise.all(closed), sleep(earlyMs, undefined, { ref: false })])
  }

  return {
    open({ id, to, parts }) {
      const tail = tailOf(to)
      const sent: Sent = {
        deliveryId: id,
        to: tail,
        parts,
        ids: [],
        delivered: [],
      }
      const one: Unanswered = {}
      const sends = open.get(tail) ?? new Set()
      open.set(tail, sends.add(one))
      return {
        took(messageId) {
          const id = normalId(messageId)
          if (id === '') return []
          remember({ sent, id })
          const other = inForm(id, form ?? 'same')
          return other === null || other === id ? [id] : [id, other]
        },
        close() {
          sends.delete(one)
          if (sends.size === 0 && open.get(tail) === sends) open.delete(tail)
          one.closed?.resolve()
        },
        isWhole: () => sent.ids.length >= parts,
      }
    },
    async look(receipt) {
      let found = find(receipt)
      if (!found) {
        await waitForAnswers(receipt)
        found = find(receipt)
      }
      if (!found) return { providerId: normalId(receipt.ids[0]), verdict: receipt.verdict }
      return told(found, receipt.verdict)
    },
  }
}

function told({ sent, id }: Part, verdict: ReceiptVerdict): Told {
  const { deliveryId: providerId, parts, ids, delivered } = sent
  if (parts === 1 || verdict.state === 'failed') return { providerId, verdict }
  if (verdict.state === 'delivered') addOnce(delivered, id)
  if (ids.length < parts) return null
  const state = delivered.length >= parts ? 'delivered' : 'accepted'
  return { providerId, verdict: { state, reason: null, detail: null } }
}

function addOnce(list: string[], id: string): void {
  if (!list.includes(id)) list.push(id)
}

/** Numbers are compared by their end: receipts write some without the country code. */
function tailOf(number: string): string {
  return number.replace(/\D/g, '').slice(-8)
}
