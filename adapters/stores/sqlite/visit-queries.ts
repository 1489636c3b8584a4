/** How many pages of a share's list are read at once. */
export const PAGES_AT_ONCE = 10

/** What is asked on the redirect's way, while visits are merged, and when a sender looks. None scans a table. */
export const VISIT_QUERIES = {
  resolve: `SELECT d.share, d.n, d.account, d.channel, d.via, d.state, d.accepted_at, d.endpoint,
    d.recalled_at, s.target, s.note, s.tracking, s.expires_at, s.recalled_at AS share_recalled_at,
    a.display_name, EXISTS (SELECT 1 FROM untracked u WHERE u.endpoint = d.endpoint) AS untracked
    FROM delivery d JOIN share s ON s.id = d.share LEFT JOIN account a ON a.id = s.account
    WHERE d.code = ?`,
  oldestBatches:
    'SELECT id, writer, seq, entries FROM visit_batch WHERE id > ? ORDER BY id LIMIT ?',
  dropBatches: 'DELETE FROM visit_batch WHERE id <= ?',
  mergedShare: 'SELECT stats, applied FROM visit_share WHERE share = ?',
  mergedDelivery: 'SELECT * FROM visit_count WHERE share = ? AND n = ?',
  delivery: 'SELECT account, via FROM delivery WHERE share = ? AND n = ?',
  counters: 'SELECT * FROM visit_count WHERE share = ? ORDER BY n',
  opened: 'SELECT count(*) AS opened FROM visit_count WHERE share = ? AND first_at IS NOT NULL',
  stats: 'SELECT stats FROM visit_share WHERE share = ?',
  pagesBefore: `SELECT id, last_at, visits FROM visit_page WHERE share = ? AND id < ?
    ORDER BY id DESC LIMIT ${PAGES_AT_ONCE}`,
} as const
