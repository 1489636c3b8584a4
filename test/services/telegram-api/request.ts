import type { IncomingMessage } from 'node:http'

/** Written as JSON where a request comes in parts. */
const STRUCTURED = new Set([
  'reply_markup',
  'entities',
  'caption_entities',
  'reply_parameters',
  'link_preview_options',
  'media',
  'allowed_updates',
])

/** What a method is asked with: JSON, or parts with files in them. */
export async function paramsOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return partsOf(body, type)
  return body.length === 0 ? {} : JSON.parse(body.toString())
}

async function partsOf(body: Buffer, type: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': type },
  }).formData()
  const params: Record<string, unknown> = {}
  for (const [name, value] of form) {
    // A file stands in a part of its own, and its name in the parameter.
    if (typeof value === 'string') params[name] = STRUCTURED.has(name) ? JSON.parse(value) : value
  }
  return params
}
