-- Times are milliseconds since the epoch by the store's clock; due_at is when somebody must look again.

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  email TEXT,
  email_verified_at INTEGER,
  vouched INTEGER NOT NULL,
  allow_replies INTEGER NOT NULL,
  locale TEXT,
  time_zone TEXT,
  permissions TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE session (
  key TEXT PRIMARY KEY,
  account TEXT,
  data TEXT NOT NULL,
  until_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX session_account ON session (account) WHERE account IS NOT NULL;
CREATE INDEX session_until ON session (until_at);

CREATE TABLE api_token (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) WITHOUT ROWID, STRICT;
CREATE INDEX api_token_account ON api_token (account, created_at, id);

CREATE TABLE ticket (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  until_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE contact (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  addresses TEXT NOT NULL,
  use TEXT NOT NULL,
  members TEXT NOT NULL,
  UNIQUE (account, name_key)
) WITHOUT ROWID, STRICT;

CREATE TABLE canned_notes (
  account TEXT PRIMARY KEY,
  notes TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE share (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  target TEXT NOT NULL,
  note TEXT NOT NULL,
  tracking TEXT NOT NULL,
  locale TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  send_at INTEGER,
  expires_at INTEGER,
  cancelled_at INTEGER,
  recalled_at INTEGER,
  revision INTEGER NOT NULL,
  next_n INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX share_account ON share (account, created_at, id);

-- A share's rows lie together, and codes open with the share's time: both append instead of scattering.
CREATE TABLE delivery (
  share TEXT NOT NULL,
  n INTEGER NOT NULL,
  code TEXT NOT NULL,
  account TEXT NOT NULL,
  channel TEXT NOT NULL,
  connection TEXT NOT NULL,
  value TEXT,
  recipient TEXT,
  name TEXT,
  endpoint TEXT NOT NULL,
  cost INTEGER NOT NULL,
  replaces TEXT,
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  via TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  unknowns INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  holder TEXT,
  due_at INTEGER,
  deadline_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  accepted_at INTEGER,
  recalled_at INTEGER,
  counted_at INTEGER,
  -- Since when it is final; null before.
  final_at INTEGER,
  provider_ids TEXT,
  PRIMARY KEY (share, n)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX delivery_code ON delivery (code);
CREATE INDEX delivery_lane ON delivery (channel, connection, account, due_at)
  WHERE due_at IS NOT NULL;
CREATE INDEX delivery_due ON delivery (channel, due_at, state) WHERE due_at IS NOT NULL;
CREATE INDEX delivery_deadline ON delivery (deadline_at) WHERE final_at IS NULL;
CREATE INDEX delivery_waiting ON delivery (channel, value) WHERE state = 'waiting';
CREATE INDEX delivery_counted ON delivery (endpoint, counted_at) WHERE counted_at IS NOT NULL;
CREATE INDEX delivery_final ON delivery (final_at)
  WHERE final_at IS NOT NULL AND recipient IS NOT NULL;

-- Shares whose revision must rise, from a time on (0: at once).
CREATE TABLE changed_share (
  from_at INTEGER NOT NULL,
  share TEXT NOT NULL,
  PRIMARY KEY (from_at, share)
) WITHOUT ROWID, STRICT;

CREATE TABLE idempotency (
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  share TEXT NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (account, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX idempotency_until ON idempotency (until_at);

CREATE TABLE quota_use (
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  messages INTEGER NOT NULL,
  new_endpoints INTEGER NOT NULL,
  PRIMARY KEY (account, day)
) WITHOUT ROWID, STRICT;

CREATE TABLE known_endpoint (
  account TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  PRIMARY KEY (account, endpoint)
) WITHOUT ROWID, STRICT;

CREATE TABLE provider_ref (
  channel TEXT NOT NULL,
  connection TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  share TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (channel, connection, provider_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE parked_receipt (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  connection TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  at INTEGER NOT NULL,
  UNIQUE (channel, connection, provider_id, state)
) STRICT;
CREATE INDEX parked_receipt_at ON parked_receipt (at);

CREATE TABLE reach (
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (channel, value)
) WITHOUT ROWID, STRICT;

-- An empty account stands for all senders.
CREATE TABLE suppression (
  endpoint TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  since INTEGER NOT NULL,
  until_at INTEGER,
  PRIMARY KEY (endpoint, account, kind)
) WITHOUT ROWID, STRICT;

CREATE TABLE untracked (endpoint TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;

CREATE TABLE connection_down (
  channel TEXT NOT NULL,
  connection TEXT NOT NULL,
  since INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (channel, connection)
) WITHOUT ROWID, STRICT;

CREATE TABLE held_name (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE outbox (
  delivery TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  rendered TEXT NOT NULL,
  link TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX outbox_at ON outbox (at, delivery);
