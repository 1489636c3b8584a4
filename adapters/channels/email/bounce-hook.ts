import type { ConnectionRef } from '#core/address.ts'
import type { Hook, HookAnswer } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { type ReturnedMail, readReturnedMail } from './bounce.ts'

/**
 * `POST /hooks/email/<secret>/bounce`: a mail server hands in what came to the return path, as it came. What teaches
 * nothing is acknowledged too, so that no server keeps it.
 */
export function bounceHook(secret: string, connection: ConnectionRef, logger: Logger): Hook {
  return {
    method: 'POST',
    path: `email/${secret}/bounce`,
    async handle({ body }, sink) {
      const returned = await read(body)
      if (!returned) return answer(400, 'no mail: send it raw, headers first')
      if (returned.kind === 'report') {
        const { messageId, verdict } = returned.report
        await sink.receipt({ connection, providerId: messageId, verdict })
        return answer(200, verdict.state)
      }
      logger.info({ kind: returned.kind }, 'a returned mail teaches nothing')
      return answer(200, `ignored: ${returned.kind}`)
    },
  }
}

async function read(body: Uint8Array): Promise<ReturnedMail | null> {
  try {
    return await readReturnedMail(body)
  } catch {
    return null
  }
}

function answer(status: number, body: string): HookAnswer {
  return { status, body: `${body}\n` }
}
