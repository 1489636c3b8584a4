-- Users of platforms, what they talk about, and browsers by account. A user is (platform, connection, user_id).

CREATE TABLE identity (
  platform TEXT NOT NULL,
  connection TEXT NOT NULL,
  user_id TEXT NOT NULL,
  handle TEXT,
  name TEXT NOT NULL,
  account TEXT NOT NULL,
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (platform, connection, user_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX identity_account ON identity (account, linked_at);

-- Whoever begins an attempt has one that stands. The user is null until one has begun or met it, as the account is.
CREATE TABLE link_attempt (
  beginner TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  begun TEXT NOT NULL,
  user TEXT,
  account TEXT,
  moves_from TEXT,
  pin_hash TEXT,
  tries INTEGER NOT NULL,
  until_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX link_attempt_until ON link_attempt (until_at);

-- handle_key is what handles are compared by: of one connection each has one holder.
CREATE TABLE person (
  platform TEXT NOT NULL,
  connection TEXT NOT NULL,
  user_id TEXT NOT NULL,
  handle TEXT,
  handle_key TEXT,
  name TEXT NOT NULL,
  reach TEXT,
  PRIMARY KEY (platform, connection, user_id)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX person_handle ON person (platform, connection, handle_key)
  WHERE handle_key IS NOT NULL;

CREATE TABLE conversation (
  platform TEXT NOT NULL,
  connection TEXT NOT NULL,
  user_id TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (platform, connection, user_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX conversation_at ON conversation (at);

-- A share is shown by one message of a chat to each audience. changed_at: when it came to show what it does.
CREATE TABLE status_message (
  share TEXT NOT NULL,
  platform TEXT NOT NULL,
  connection TEXT NOT NULL,
  chat TEXT NOT NULL,
  audience TEXT NOT NULL,
  chat_kind TEXT NOT NULL,
  user_id TEXT NOT NULL,
  account TEXT NOT NULL,
  message TEXT NOT NULL,
  locale TEXT NOT NULL,
  shown INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (share, platform, connection, chat, audience)
) WITHOUT ROWID, STRICT;
CREATE INDEX status_message_place ON status_message (platform, connection, share, chat, audience);
CREATE INDEX status_message_changed ON status_message (changed_at);

-- Of sessions that stood before, it is known that they stand now.
ALTER TABLE session ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
UPDATE session SET created_at = unixepoch() * 1000, seen_at = unixepoch() * 1000;

-- One-time links are many since what is offered in chats is kept as such.
CREATE INDEX ticket_until ON ticket (until_at);
CREATE INDEX ticket_purpose ON ticket (purpose);

CREATE INDEX account_mailbox ON account (lower(email)) WHERE email_verified_at IS NOT NULL;

-- Who came by its invitation while it waits, as JSON; null: nobody.
ALTER TABLE delivery ADD COLUMN arrivals TEXT;
CREATE INDEX delivery_arrived ON delivery (share, n) WHERE arrivals IS NOT NULL;
