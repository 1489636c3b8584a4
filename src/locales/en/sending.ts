/** What sending takes, and what to look at before: in pages, chats and terminals alike. */
export const sending = {
  'span.seconds': '{count, plural, one {# second} other {# seconds}}',
  'span.minutes': '{count, plural, one {# minute} other {# minutes}}',
  'span.hours': '{count, plural, one {# hour} other {# hours}}',
  'span.days': '{count, plural, one {# day} other {# days}}',
  'cost.segments': '{count, plural, one {# text message} other {# text messages}}',
  'cost.atMost': 'at most {count, plural, one {# text message} other {# text messages}}',
  'cost.price': 'about {price}',
  'cost.unpriced': '{count} of {total} without a price',
  'cost.saved':
    'Quotes and dashes are written plainly: {count, plural, one {# text message} other {# text messages}} instead of {without}.',
  'warning.homograph':
    'Look closely: {host} is really {ascii}, and may pretend to be another site.',
  'warning.misspelt': '{recipient}: did you mean {suggestion}?',
  'warning.doubtful':
    '{recipient} looks like a landline or an unused number: messages may not arrive.',
  'warning.premium':
    '{number} is a premium-rate number: whoever calls it pays more than for a call.',
  'warning.wapBySms':
    'WAP push is not set up here: {count, plural, one {# person gets} other {# people get}} a text message instead.',
  'warning.noteShortened':
    'The note is too long for SMS: its end is left out there, to keep within {count, plural, one {# text message} other {# text messages}} each.',
  'warning.loopback':
    'Links lead to the machine that runs this: only someone sitting at it can open them.',
  'warning.down': '{channel} is down at the moment. Messages wait and go out when it is back.',
  'warning.long': 'Sending to everybody takes about {time}.',
} as const
