import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import { ERRORS, type ErrorCode } from '#core/errors.ts'
import { errorsOf, type Operation, type Success } from './api/operation.ts'
import { API_PREFIX, OPERATIONS } from './api/operations.ts'
import { problemSchema } from './api/problem-schema.ts'

export type OpenApiDocument = ReturnType<typeof createDocument>

const DESCRIPTION = `Share links and numbers with people on the channels that they use, and see who opened them.

Errors are \`application/problem+json\` with a stable \`code\`. Bodies are JSON, 64 KiB at most.`

/** The API as an OpenAPI 3.1 document, made from the schemas that the routes check with. */
export function createOpenApi(settings: { baseUrl: string; version: string }): OpenApiDocument {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const operation of OPERATIONS) {
    const path = API_PREFIX + operation.path
    paths[path] = { ...paths[path], [operation.method]: describe(operation) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Passalong',
      version: settings.version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: settings.baseUrl }],
    tags: [...new Set(OPERATIONS.map((operation) => operation.tag))].map((name) => ({ name })),
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  })
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    requestParams: {
      ...(operation.path.includes('{id}') ? { path: z.object({ id: z.string() }) } : {}),
      ...(operation.query ? { query: operation.query } : {}),
      ...(operation.idempotent ? { header: idempotencyHeader } : {}),
    },
    ...(operation.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: operation.body } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(operation.success.map((its) => [its.status, successResponse(its)])),
      ...refusalResponses(errorsOf(operation)),
    },
  }
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({ description: 'Accepts one share, once, for 24 hours' }),
})

function successResponse(its: Success): ZodOpenApiResponseObject {
  return {
    description: its.description,
    ...(its.schema ? { content: { 'application/json': { schema: its.schema } } } : {}),
    ...(its.headers ? { headers: stringHeaders(its.headers) } : {}),
  }
}

/** One response for each status, naming the codes that come with it. */
function refusalResponses(codes: readonly ErrorCode[]): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Object.groupBy(codes, (code) => String(ERRORS[code]))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, its = []]) => [
      status,
      {
        description: its.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: problemSchema } },
        ...headersOf(status),
      },
    ]),
  )
}

function headersOf(status: string): Pick<ZodOpenApiResponseObject, 'headers'> {
  if (status === '401') return { headers: stringHeaders({ 'WWW-Authenticate': 'The scheme' }) }
  if (status === '405') return { headers: stringHeaders({ Allow: 'The methods that there are' }) }
  if (status === '429') return { headers: stringHeaders({ 'Retry-After': 'Seconds to wait' }) }
  return {}
}

function stringHeaders(headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, required: true, schema: { type: 'string' as const } },
    ]),
  )
}
