-- What recipients wrote back. A row is blanked with its share's recipients (text and from_… become null), or deleted
-- where it belongs to no share.
CREATE TABLE reply (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  connection TEXT NOT NULL,
  at INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  from_channel TEXT,
  from_value TEXT,
  text TEXT,
  means TEXT NOT NULL,
  delivery TEXT,
  share TEXT,
  -- What is owed for it: nothing where answer is null; due_at is null once nothing is left to do.
  answer TEXT,
  answer_channel TEXT,
  answer_key TEXT,
  -- Its place among the answers that are counted together, from 1 on.
  budget TEXT,
  turn INTEGER,
  due_at INTEGER,
  epoch INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  unknowns INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID, STRICT;
CREATE INDEX reply_share ON reply (share, at, id) WHERE share IS NOT NULL;
CREATE INDEX reply_delivery ON reply (delivery) WHERE share IS NOT NULL AND text IS NOT NULL;
CREATE INDEX reply_word ON reply (endpoint, at) WHERE means IN ('stop', 'start');
CREATE INDEX reply_due ON reply (answer_channel, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reply_key ON reply (answer_key, at) WHERE answer_key IS NOT NULL;
CREATE UNIQUE INDEX reply_turn ON reply (budget, turn) WHERE budget IS NOT NULL;
CREATE INDEX reply_old ON reply (at) WHERE text IS NOT NULL;
