import type { Database } from '../database.ts'
import { type Indexes, makeIndexes } from './make-indexes.ts'

const REPLIES: Indexes = {
  replies: [
    { name: 'share', key: { share: 1, at: -1 } },
    { name: 'delivery', key: { delivery: 1 }, sparse: true },
    { name: 'word', key: { word: 1 }, sparse: true },
    { name: 'owed', key: { 'owed.channel': 1, 'owed.at': 1 }, sparse: true },
    { name: 'key', key: { key: 1 }, unique: true, sparse: true },
    {
      name: 'turn',
      key: { 'turn.budget': 1, 'turn.nth': -1 },
      unique: true,
      sparse: true,
    },
    { name: 'kept', key: { keptAt: 1 }, sparse: true },
  ],
}

export function createReplyIndexes(db: Database): Promise<void> {
  return makeIndexes(db, REPLIES)
}
