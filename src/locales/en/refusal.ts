/** What the engine says when it will not do something: one sentence, and what to do instead. */
export const refusal = {
  'refusal.too_long':
    '{field, select, title {The title} other {The note}} is too long: {max, number} characters at most.',
  'refusal.send_at_past': 'The time of sending must lie in the future.',
  'refusal.send_at_far': 'The time of sending must lie within a year.',
  'refusal.expires_early': 'The link must not expire before it is sent.',
  'refusal.too_many_recipients':
    'A share goes to {max, number} people at most, groups counted. Make several shares of it.',
  'refusal.no_recipients': 'Name at least one recipient.',
  'refusal.recipients_rejected':
    'Nothing was sent: {names}{more, plural, =0 {} other { and # more}} cannot be written to.',
  'refusal.unverified': 'Verify your email or link a chat account before writing to others.',
  'refusal.key_reused':
    'This idempotency key was used for another request. Use a new key for a new share.',
  'refusal.quota_messages':
    'Your account may send {limit, number} messages a day. Try again later.',
  'refusal.quota_new_endpoints':
    'Your account may write to {limit, number} new people a day. Try again later.',
  'refusal.extended_often':
    'People were added to this share {limit, number} times lately. Add more at a time, or later.',
  'refusal.no_share': 'There is no such share.',
  'refusal.no_delivery': 'There is no such delivery.',
  'refusal.taken_back': 'The share was taken back. Make a new one.',
  'refusal.in_flight': 'It is being sent right now. Recall it instead.',
  'refusal.has_left': 'It has left already. Recall it instead.',
  'refusal.nothing_to_retry': 'It needs no sending again as it stands.',
  'refusal.address_deleted': 'Its address was deleted. Add the recipient anew.',
  'refusal.link_expired': 'Its link has expired. Make a new share.',
  'refusal.waits_no_longer': 'It waits for nobody any more. Look at its status.',
  'refusal.nobody_came': 'Nobody came by this invitation.',
  'refusal.cannot_be_reached': 'They cannot be written to any more. They have to come again first.',
  'refusal.offers_often': 'Too many links to pass on at once. Try again a little later.',
  'refusal.cursor': 'This cursor is not one of ours.',
  'refusal.store_away':
    'The data cannot be read or written at the moment. Try again a little later.',
  'refusal.rates_away': 'Rates cannot be counted at the moment. Try again a little later.',
  'refusal.link_away': 'The link cannot be looked up just now. Try again a little later.',
  'refusal.alert_title': '{connection} is down',
  'refusal.alert_note':
    'Our connection {connection} is down: {detail}. Its deliveries wait; it is probed every minute and goes on by itself.',
} as const
