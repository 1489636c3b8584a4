import type { Account, Contact } from '#core/account.ts'
import { type Address, type ChannelName, endpointOf } from '#core/address.ts'
import type { RecipientFault } from '#core/errors.ts'
import { addressOfUser, type Identity } from '#core/identity.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { ParsedRecipient, RecipientContext } from '#core/recipients/recipient.ts'
import { type Channels, isReachable } from '../channels.ts'
import type { Warning } from '../engine.ts'

/** Somebody to write to: one recipient as written may become several (a group), or none (a fault). */
export interface Reachable {
  readonly recipient: string
  readonly name: string | null
  readonly address: Address
}

/** Whom the written recipients come to. */
export interface Expansion {
  /** Each address once, in the order written. */
  readonly reachable: readonly Reachable[]
  readonly faults: readonly { readonly recipient: string; readonly code: RecipientFault }[]
  readonly warnings: readonly Warning[]
  /** There is more than `max`, or than may be looked through for as many; the rest was not read. */
  readonly tooMany: boolean
}

interface ExpandDeps {
  readonly channels: Channels
  readonly context: RecipientContext
  readonly contacts: readonly Contact[]
  readonly sender: Account
  /** The sender's own, asked for where they have no mailbox to write to themselves. */
  identities(): Promise<readonly Identity[]>
  /** Expansion ends when there are more reachable than this. */
  readonly max: number
}

/** Groups may hold groups, no deeper than this. */
const MAX_DEPTH = 4
/** Members looked at for each recipient that a share may have: groups overlap, but not without end. */
const LOOKS_PER_RECIPIENT = 10

/** Understands each recipient, opens contacts and groups, resolves handles, and drops repeated addresses. */
export async function expandRecipients(
  deps: ExpandDeps,
  written: readonly string[],
): Promise<Expansion> {
  const expander = new Expander(deps)
  for (const recipient of written) await expander.add(recipient)
  return expander.result()
}

class Expander {
  readonly #deps: ExpandDeps
  readonly #context: RecipientContext
  readonly #found = new Map<string, Reachable>()
  readonly #faults: { recipient: string; code: RecipientFault }[] = []
  readonly #warnings: Warning[] = []
  readonly #book: ReadonlyMap<string, Contact>
  /** Groups that were opened, and how deep: what they hold need not be looked at again from as deep. */
  readonly #opened = new Map<Contact, number>()
  /** Numbers of WAP pushes that go as text messages. */
  readonly #bySms = new Set<string>()
  #looks = 0

  constructor(deps: ExpandDeps) {
    this.#deps = deps
    this.#context = { ...deps.context, contacts: deps.contacts.map((contact) => contact.name) }
    this.#book = new Map(
      deps.contacts.map((contact) => [bookKey(contact.kind, contact.name), contact]),
    )
  }

  result(): Expansion {
    const count = this.#bySms.size
    const bySms: Warning[] = count > 0 ? [{ code: 'wap_by_sms', count }] : []
    return {
      reachable: [...this.#found.values()],
      faults: this.#faults,
      warnings: [...this.#warnings, ...bySms],
      tooMany: this.#full(),
    }
  }

  #full(): boolean {
    const { max } = this.#deps
    return this.#found.size > max || this.#looks > max * LOOKS_PER_RECIPIENT
  }

  async add(written: string): Promise<void> {
    if (this.#full()) return
    const before = this.#faults.length
    const fault = await this.#open(written, written, null, 0)
    if (fault && this.#faults.length === before)
      this.#faults.push({ recipient: written, code: fault })
  }

  /** Adds what `text` stands for under the name of what was written; says why nothing could be added. */
  async #open(
    text: string,
    written: string,
    name: string | null,
    depth: number,
  ): Promise<RecipientFault | null> {
    const parsed = parseRecipient(text, this.#context)
    if (!parsed.ok) return parsed.fault
    return this.#openParsed(parsed.recipient, written, name, depth)
  }

  async #openParsed(
    recipient: ParsedRecipient,
    written: string,
    name: string | null,
    depth: number,
  ): Promise<RecipientFault | null> {
    switch (recipient.kind) {
      case 'address':
        if (recipient.suggestion) {
          this.#warnings.push({
            code: 'misspelt_domain',
            recipient: written,
            suggestion: recipient.suggestion,
          })
        }
        if (recipient.doubtful) this.#warnings.push({ code: 'doubtful_number', recipient: written })
        return this.#take(recipient.address, written, recipient.name ?? name)
      case 'handle':
        return this.#resolve(recipient.address, written, recipient.name ?? name)
      case 'me':
        return this.#openMe(written)
      case 'contact':
        return this.#openPerson(recipient.name, written, depth)
      case 'group':
        return this.#openGroup(recipient.name, written, depth)
      default:
        return recipient satisfies never
    }
  }

  #take(wanted: Address, written: string, name: string | null): RecipientFault | null {
    const address = this.#asCarried(wanted)
    const fault = this.#refuse(address.channel)
    if (fault) return fault
    if (address !== wanted) this.#bySms.add(address.value)
    const key = `${address.channel} ${dedupeKey(address)}`
    if (!this.#found.has(key)) this.#found.set(key, { recipient: written, name, address })
    return null
  }

  /** Phones are reached by SMS where WAP pushes have no way out of here and text messages have one. */
  #asCarried(address: Address): Address {
    if (address.channel !== 'wap-push') return address
    const push = this.#deps.channels.get('wap-push')
    const sms = this.#deps.channels.get('sms')
    const stays = !sms || (push && (push.via !== 'outbox' || sms.via === 'outbox'))
    return stays ? address : { ...address, channel: 'sms' }
  }

  #refuse(channel: ChannelName): RecipientFault | null {
    const permitted = this.#deps.sender.permissions.channels
    if (permitted && !permitted.includes(channel)) return 'channel_not_permitted'
    return this.#deps.channels.get(channel) ? null : 'channel_not_configured'
  }

  async #resolve(
    handle: Address,
    written: string,
    name: string | null,
  ): Promise<RecipientFault | null> {
    const channel = this.#deps.channels.get(handle.channel)
    if (!channel) return 'channel_not_configured'
    // Where it does not live here, who that is turns out when it is sent.
    if (!isReachable(this.#deps.channels, channel)) return this.#take(handle, written, name)
    const resolved = await channel.resolve(handle)
    if (resolved.kind === 'unknown') return 'unknown_handle'
    return this.#take(resolved.kind === 'address' ? resolved.address : handle, written, name)
  }

  async #openMe(written: string): Promise<RecipientFault | null> {
    const { email, emailVerifiedAt, displayName, role } = this.#deps.sender
    const trusted = emailVerifiedAt !== null || role === 'operator'
    const mailbox: Address | null = email && trusted ? { channel: 'email', value: email } : null
    const own = mailbox ?? (await this.#ownIdentity())
    return own ? this.#take(own, written, displayName) : 'no_own_address'
  }

  /** The first that was linked of those that can be written to from here. */
  async #ownIdentity(): Promise<Address | undefined> {
    const addresses = (await this.#deps.identities()).flatMap((user) => addressOfUser(user) ?? [])
    return addresses.find(({ channel }) => this.#refuse(channel) === null)
  }

  async #openPerson(name: string, written: string, depth: number): Promise<RecipientFault | null> {
    const found = this.#contact('person', name)
    if (!found) return 'unknown_contact'
    if (depth >= MAX_DEPTH) return null
    let fault: RecipientFault | null = 'unknown_contact'
    for (const address of found.addresses) {
      const refused = await this.#open(address, written, found.name, depth + 1)
      if (refused === null && found.use === 'first') return null
      fault = refused === null || fault === null ? null : refused
    }
    return fault
  }

  async #openGroup(name: string, written: string, depth: number): Promise<RecipientFault | null> {
    const group = this.#contact('group', name)
    if (!group) return 'unknown_group'
    if (group.members.length === 0) return 'empty_group'
    if (depth >= MAX_DEPTH || depth >= (this.#opened.get(group) ?? MAX_DEPTH)) return null
    this.#opened.set(group, depth)
    for (const member of group.members) {
      if (this.#full()) return null
      this.#looks++
      const fault = await this.#open(member, `${written}: ${member}`, null, depth + 1)
      if (fault) this.#faults.push({ recipient: `${written}: ${member}`, code: fault })
    }
    return null
  }

  #contact(kind: Contact['kind'], name: string): Contact | undefined {
    return this.#book.get(bookKey(kind, name))
  }
}

function bookKey(kind: Contact['kind'], name: string): string {
  return `${kind} ${name.toLowerCase()}`
}

/** The same mailbox in another case or with another tag is still another address; only its case is folded. */
function dedupeKey(address: Address): string {
  return address.channel === 'email' ? address.value.toLowerCase() : endpointOf(address)
}
