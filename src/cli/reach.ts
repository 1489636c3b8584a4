import { exchange } from './transport.ts'

const ANSWER_MS = 3_000

/** Why no server of ours answers at an address; undefined where one does. */
export async function reachFault(url: string): Promise<string | undefined> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, ANSWER_MS, `no answer in ${ANSWER_MS / 1_000} s`).unref()
  })
  const asked = exchange({ url }, { method: 'GET', path: '/healthz', headers: {} }).then(
    (answer) => {
      answer.resume()
      return answer.statusCode === 200 ? undefined : `status ${answer.statusCode}`
    },
    (error: Error) => error.message,
  )
  return Promise.race([asked, late])
}
