/** The reference: a Bull worker whose jobs are two updates of a document, acknowledged as ours are, and nothing else. */
import Bull from 'bull'
import { connectRaw } from '../stores.ts'
import { BARE_QUEUE, bareDocuments } from './bare-jobs.ts'
import { report, workGiven } from './work.ts'

const { uri, redisUrl, concurrency } = workGiven()
const documents = bareDocuments(await connectRaw(uri))
const queue = new Bull<{ readonly id: string }>(BARE_QUEUE, redisUrl)
let done = 0

report(() => done)
await queue.process(concurrency, async ({ data: { id } }) => {
  await documents.updateOne({ _id: id }, { $set: { state: 'sending' } })
  await documents.updateOne({ _id: id }, { $set: { state: 'accepted' } })
  done++
})
