-- The log: one row for each group commit of visits, merged and deleted within a second. Ids count on for ever.
CREATE TABLE visit_batch (
  id INTEGER PRIMARY KEY,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  entries TEXT NOT NULL
) STRICT;

-- How far each writer's batches are merged.
CREATE TABLE visit_writer (
  writer TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  batch_id INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- Counters. What is merged here is everything up to the batch `applied`, and nothing after it.
CREATE TABLE visit_count (
  share TEXT NOT NULL,
  n INTEGER NOT NULL,
  human INTEGER NOT NULL,
  preview INTEGER NOT NULL,
  prefetch INTEGER NOT NULL,
  scanner INTEGER NOT NULL,
  own INTEGER NOT NULL,
  untracked INTEGER NOT NULL,
  doubtful INTEGER NOT NULL,
  first_at INTEGER,
  last_at INTEGER,
  applied INTEGER NOT NULL,
  PRIMARY KEY (share, n)
) WITHOUT ROWID, STRICT;
CREATE INDEX visit_count_opened ON visit_count (share) WHERE first_at IS NOT NULL;

-- Days and agents of a share, as JSON; `applied` holds for its pages too.
CREATE TABLE visit_share (
  share TEXT PRIMARY KEY,
  stats TEXT NOT NULL,
  applied INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- Lists: some visits of one share, in the order of merging. Rows are appended, so that few pages change.
CREATE TABLE visit_page (
  id INTEGER PRIMARY KEY,
  share TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  visits TEXT NOT NULL
) STRICT;
CREATE INDEX visit_page_share ON visit_page (share, id);

CREATE TABLE visit_salt (
  day TEXT PRIMARY KEY,
  salt BLOB NOT NULL,
  made_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
