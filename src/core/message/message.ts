import type { Address } from '../address.ts'
import type { DeliveryId, Instant } from '../ids.ts'
import type { Locale } from '../locale.ts'
import type { LinkPreview } from '../preview.ts'
import type { Target } from '../target.ts'

/** The parts that every channel's message is made of. All text in it is clean (core/text). */
export interface Message {
  readonly deliveryId: DeliveryId
  /**
   * Unguessable, and the same for every attempt: with it, what a message is called by (Message-ID) cannot be made up
   * by who knows only the delivery's id, such as another recipient of the share.
   */
  readonly tag: string
  /** The recipient's language where known, else the sender's. */
  readonly locale: Locale
  readonly address: Address
  /** A name to greet by. */
  readonly recipientName: string | null
  readonly sender: Sender
  readonly target: Target
  readonly preview: LinkPreview | null
  readonly note: string
  /** The recipient's own link, `https://…/r/<code>`. Never cut. */
  readonly link: string
  readonly stop: {
    /** The recipient's own `/u/<token>` page. */
    readonly url: string
    /** A POST to `url` alone may stop it (RFC 8058): https, and signed. */
    readonly oneClick: boolean
    /** The first message to this endpoint: channels with little room say how to stop only then. */
    readonly firstContact: boolean
  }
  /** The sender sees opens; the footer says so. */
  readonly tracked: boolean
  /** When the link ends; null or left out: never. */
  readonly expiresAt?: Instant | null
}

/** Whom the message is from, as recipients read it. */
export interface Sender {
  readonly displayName: string
  /** The verified identity beside the name: `@annlee`, `ann@example.org`; else the username. */
  readonly handle: string
  /** The sender's verified mailbox, where they allow answers to it. */
  readonly replyTo: string | null
}

/** What will go out, complete, in no vendor's terms. */
export type Rendered =
  | RenderedEmail
  | RenderedSms
  | RenderedWapPush
  | RenderedTelegram
  | RenderedSlack
  | RenderedMatrix
  | RenderedCarry

/** A mail, whole: an adapter adds transport headers and signatures alone. */
export interface RenderedEmail {
  readonly channel: 'email'
  readonly to: { readonly name: string | null; readonly address: string }
  readonly from: { readonly name: string; readonly address: string }
  readonly replyTo: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  /** `<delivery.tag@domain>`, the same for every attempt. */
  readonly messageId: string
  /** In order, without those above: List-Unsubscribe, List-Unsubscribe-Post, Auto-Submitted… */
  readonly headers: Readonly<Record<string, string>>
}

/** A text message; `segments` is what the operator pays for. */
export interface RenderedSms {
  readonly channel: 'sms'
  readonly to: string
  readonly text: string
  readonly encoding: 'gsm7' | 'ucs2'
  readonly segments: number
  /** Segments fewer than with quotes and dashes as people wrote them; absent where that makes none. */
  readonly saved?: number
  /** The note stands in it in part, or not at all: the sender's limit of segments is reached. */
  readonly shortened?: boolean
}

/** A WAP Service Indication. */
export interface RenderedWapPush {
  readonly channel: 'wap-push'
  readonly to: string
  /** What the phone shows; the Service Indication's text. */
  readonly title: string
  readonly href: string
  /** Names the indication, so that it can be replaced and deleted. */
  readonly siId: string
  readonly action: 'signal-medium' | 'delete'
  /** The phone drops it then; null: never. */
  readonly expiresAt: Instant | null
  readonly segments: number
}

/** A run of Telegram text with a meaning. Offsets and lengths are UTF-16 units. */
export interface TextEntity {
  readonly type: 'bold' | 'italic' | 'blockquote' | 'text_link'
  readonly offset: number
  readonly length: number
  readonly url?: string
}

/** A Telegram message: plain text, its markup as entities beside it. */
export interface RenderedTelegram {
  readonly channel: 'telegram'
  readonly to: string
  readonly text: string
  readonly entities: readonly TextEntity[]
  readonly previewUrl: string | null
  /** `url`: opens the link (none for a loopback address, which Telegram refuses). `stop`: a callback. */
  readonly buttons: readonly (
    | { readonly kind: 'url'; readonly label: string; readonly url: string }
    | { readonly kind: 'stop'; readonly label: string; readonly token: string }
  )[]
}

/** Slack's mrkdwn, escaped; `text` is what notifications show. Blocks in Slack's published JSON form. */
export interface RenderedSlack {
  readonly channel: 'slack'
  readonly to: string
  readonly text: string
  readonly blocks: readonly Readonly<Record<string, unknown>>[]
}

/** A Matrix message, `m.text` with its HTML. */
export interface RenderedMatrix {
  readonly channel: 'matrix'
  readonly to: string
  readonly body: string
  /** `org.matrix.custom.html`, escaped. */
  readonly formattedBody: string
}

/** The sender passes it on by hand: plain words and the link. */
export interface RenderedCarry {
  readonly channel: 'carry'
  readonly to: string
  readonly text: string
}
