import { z } from 'zod'
import { REASONS } from '#core/delivery.ts'
import { knownRegion } from '#core/phone-number.ts'
import { descriptionFaults } from './faults.ts'
import { compilePath, compileReader, type Reader } from './reader.ts'
import { isPlaceholder, type JsonTemplate, namesIn, textsIn } from './template.ts'

/**
 * A gateway as its operator describes it in a JSON file: how a text is sent, how the answer is read, and what
 * comes back by hooks. docs/operating/sms.md explains each part, docs/operating/sms-gateways has examples.
 */
export type Gateway = z.output<typeof gatewaySchema>
export type Endpoint = z.output<typeof endpoint>
export type Rule = z.output<typeof rule>
export type HookDescription = z.output<typeof receipts> | z.output<typeof replies>
export type SignatureCheck = z.output<typeof signatureCheck>

/** A description that cannot be used, with all that is wrong in it. */
export class GatewayFault extends Error {
  /** One sentence each, which names the place in the file. */
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'GatewayFault'
    this.faults = faults
  }
}

/**
 * Reads a description. Throws a GatewayFault that names everything that is wrong. `region`: by which national numbers
 * are read where the description names none.
 */
export function readGateway(text: string, region?: string): Gateway {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new GatewayFault(['The file is not JSON.'])
  }
  const read = gatewaySchema.safeParse(json, { reportInput: true })
  if (!read.success) throw new GatewayFault(read.error.issues.flatMap(descriptionFaults))
  const { replies } = read.data
  if (replies?.numbers === 'national' && !knownRegion(replies.region ?? region)) {
    throw new GatewayFault([NO_REGION])
  }
  return read.data
}

const NO_REGION =
  'replies reads numbers without + as national ones, but of no country: set DEFAULT_REGION or ' +
  'replies.region, or set replies.numbers to "international".'

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────

const template = z.string().superRefine((value, context) => {
  for (const name of namesIn(value).filter((one) => !isPlaceholder(one))) {
    context.addIssue({ code: 'custom', message: `knows no placeholder {${name}}` })
  }
})

/** Placeholders stand in the path and the query: nobody but the operator says which host is called. */
const url = template.superRefine((value, context) => {
  const parsed = URL.parse(value.replace(/\{[A-Za-z]+\}/g, 'x'))
  const origin = /^[^/?#]*\/\/[^/?#]*/.exec(value)?.[0] ?? ''
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    context.addIssue({ code: 'custom', message: 'must be an http or https address' })
  } else if (origin.includes('{') || parsed.username !== '' || parsed.password !== '') {
    const message = 'must have no placeholder and no password before its path; use basicAuth'
    context.addIssue({ code: 'custom', message })
  }
})

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a header name')

const jsonTemplate: z.ZodType<JsonTemplate> = z
  .json()
  .superRefine((value, context) => {
    const names = textsIn(value).flatMap(namesIn)
    for (const name of names.filter((one) => !isPlaceholder(one))) {
      context.addIssue({ code: 'custom', message: `knows no placeholder {${name}}` })
    }
  })
  .transform((value): JsonTemplate => value)

const body = z.union(
  [
    z.strictObject({ json: jsonTemplate }),
    z.strictObject({ form: z.record(z.string(), template) }),
    z.strictObject({ text: template, type: z.string().regex(/^[\x20-\x7e]+$/) }),
  ],
  { error: 'must be {"json": …}, {"form": {…}} or {"text": "…", "type": "…"}' },
)

const endpoint = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
  url,
  headers: z.record(headerName, template).default({}),
  basicAuth: z.strictObject({ username: template, password: template }).optional(),
  body: body.optional(),
})

type ReaderText = string | { readonly from: string; readonly match: string }

/** One place to look, or several of which the first that is there counts. */
const reader = z
  .union([
    z.string(),
    z.strictObject({ from: z.string(), match: z.string() }),
    z.array(z.union([z.string(), z.strictObject({ from: z.string(), match: z.string() })])).min(1),
  ])
  .transform((value, context): Reader => {
    const places: readonly ReaderText[] = Array.isArray(value) ? value : [value]
    const readers = places.map((place): Reader => {
      try {
        return typeof place === 'string'
          ? compileReader(place)
          : compileReader(place.from, place.match)
      } catch (error) {
        const message = error instanceof Error ? error.message : ''
        context.addIssue({ code: 'custom', message })
        return () => undefined
      }
    })
    return (said) => {
      for (const read of readers) {
        const found = read(said)
        if (found !== undefined && found !== '') return found
      }
      return undefined
    }
  })

const each = z.string().transform((path, context) => {
  try {
    return compilePath(path)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' })
    return () => []
  }
})

function listOf<T extends z.ZodType>(one: T) {
  return z.union([one.transform((value) => [value]), z.array(one).min(1)])
}

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const reason = z.enum(REASONS)

const rule = z
  .strictObject({
    status: listOf(
      z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/, 'must be like 4xx')]),
    ).optional(),
    code: listOf(word).optional(),
    is: z.enum(['accepted', 'permanent', 'throttled', 'transient', 'down', 'unknown']),
    reason: reason.optional(),
    suppress: z.boolean().default(false),
    retryAfterSeconds: z.number().min(0).max(86_400).optional(),
  })
  .refine(({ status, code }) => status !== undefined || code !== undefined, {
    error: 'must say for which status or code it is',
  })

const answer = z
  .strictObject({
    id: reader.optional(),
    code: reader.optional(),
    detail: reader.optional(),
    rules: z.array(rule).default([]),
  })
  .prefault({})

const signatureCheck = z.strictObject({
  header: headerName,
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  /** What stands before the digest: `sha256=`. */
  prefix: z.string().default(''),
  /** Headers whose values are signed after the body. */
  followedBy: z.array(headerName).default([]),
  secret: template.min(1),
})

const only = z.strictObject({ of: reader, is: listOf(word) })

const hook = {
  method: z.enum(['GET', 'POST']).default('POST'),
  /** Where the JSON is: the body, or a field of it. */
  json: reader.optional(),
  each: each.optional(),
  /** Others are acknowledged and go no further. */
  only: only.optional(),
  signature: signatureCheck.optional(),
  /** What the gateway wants to read when all is stored. */
  answer: z.string().default(''),
}

const receipts = z.strictObject({
  ...hook,
  id: reader,
  state: reader,
  states: z.strictObject({
    accepted: listOf(word).default([]),
    delivered: listOf(word).default([]),
    failed: listOf(word).default([]),
  }),
  code: reader.optional(),
  detail: reader.optional(),
  reasons: z.partialRecord(reason, listOf(word)).default({}),
})

const replies = z
  .strictObject({
    ...hook,
    from: reader,
    to: reader.optional(),
    text: reader,
    /** The gateway's id of the text. Where it has none, who, whom, what and when make one: one of both must be there. */
    id: reader.optional(),
    at: reader.optional(),
    /** Numbers without + are whole (`international`), or read by the region. */
    numbers: z.enum(['international', 'national']).default('national'),
    /** Where the gateway's numbers are national ones; DEFAULT_REGION where it is left out. */
    region: z
      .string()
      .refine((name) => knownRegion(name) !== undefined, 'is not a country, like CN')
      .optional(),
  })
  .refine(({ id, at }) => id !== undefined || at !== undefined, {
    error: 'must say "id" or "at", by which a text that comes again is told from a second one',
  })

const gatewaySchema = z
  .strictObject({
    $schema: z.string().optional(),
    /** For people. */
    about: z.union([z.string(), z.array(z.string())]).optional(),
    from: z.string().default(''),
    /** Texts that carriers want in front of every message, and ids of texts that they approved. */
    signature: z.string().default(''),
    templateId: z.string().default(''),
    /** What {encoding} stands for. */
    encodings: z
      .strictObject({ gsm7: z.string(), ucs2: z.string() })
      .default({ gsm7: 'gsm7', ucs2: 'ucs2' }),
    send: endpoint,
    /** The header that takes an idempotency key; a key in the body counts where `idempotent` says so. */
    idempotencyHeader: headerName.optional(),
    idempotent: z.boolean().default(false),
    /** Sends at once from one process. */
    concurrency: z.int().min(1).max(100).default(8),
    timeoutSeconds: z.number().min(1).max(60).default(25),
    answer,
    /** Asked whether the gateway is there; any 2xx will do. */
    probe: endpoint.optional(),
    receipts: receipts.optional(),
    replies: replies.optional(),
  })
  .superRefine((value, context) => {
    const used = new Set(textsOf(value.send).flatMap(namesIn))
    const needed = [
      ['from', value.from !== ''],
      ['signature', value.signature !== ''],
      ['templateId', value.templateId !== ''],
      ['callbackUrl', value.receipts !== undefined],
    ] as const
    for (const [name, there] of needed) {
      if (!used.has(name) || there) continue
      const missing = name === 'callbackUrl' ? 'receipts' : name
      const message = `uses {${name}}, but the file has no "${missing}"`
      context.addIssue({ code: 'custom', path: ['send'], message })
    }
    if (!used.has('to') && !used.has('toDigits')) {
      context.addIssue({
        code: 'custom',
        path: ['send'],
        message: 'says nowhere {to} or {toDigits}',
      })
    }
    if (!used.has('text')) {
      context.addIssue({ code: 'custom', path: ['send'], message: 'says nowhere {text}' })
    }
  })

/** Every template of an endpoint. */
export function textsOf({ url, headers, basicAuth, body }: Endpoint): readonly string[] {
  return [
    url,
    ...Object.values(headers),
    ...(basicAuth ? Object.values(basicAuth) : []),
    ...(body ? textsOfBody(body) : []),
  ]
}

function textsOfBody(body: NonNullable<Endpoint['body']>): readonly string[] {
  if ('json' in body) return textsIn(body.json)
  return 'form' in body ? Object.values(body.form) : [body.text]
}
