/** Why an input was refused: one sentence that says what to do (core/errors). */
export const fault = {
  'fault.target.empty': 'Paste a web address or a number to call.',
  'fault.target.not_a_url':
    'This is not a web address. It should look like https://example.org/page.',
  'fault.target.scheme': 'Only http, https and tel links can be shared.',
  'fault.target.userinfo':
    'This address holds a user name or password before the @. Remove it and try again.',
  'fault.target.too_long': 'This address is too long: 2,048 characters at most.',
  'fault.target.private_address':
    'This address is inside a private network; others could not open it.',
  'fault.target.not_a_dns_name': 'This host is not a valid name on the internet.',
  'fault.target.special_use_name':
    'This host is reserved for local or special use; others could not open it.',
  'fault.target.not_a_number':
    'This is not a number that can be called. Write it with + and the country code; a short code needs its country beside it.',
  'fault.target.own_link': 'This is one of our own links, and it leads nowhere any more.',
  'fault.recipient.not_understood':
    'Not understood. Write an email address, a phone number with +, @name or a contact.',
  'fault.recipient.bad_mailbox': 'This is not a complete email address.',
  'fault.recipient.bad_mail_domain': 'The part after the @ is not a name on the internet.',
  'fault.recipient.bad_number': 'This is not a valid phone number.',
  'fault.recipient.region_needed': 'Write the number with + and its country code.',
  'fault.recipient.number_extension': 'A number with an extension cannot receive messages.',
  'fault.recipient.bad_handle': 'This is not a valid name on that platform.',
  'fault.recipient.platform_needed':
    'Say which platform: telegram:@name, slack:U123 or @name:server for Matrix.',
  'fault.recipient.workspace_needed': 'Say which workspace: slack:T1/U123.',
  'fault.recipient.unknown_contact': 'There is no contact of this name.',
  'fault.recipient.ambiguous_contact': 'Several contacts have this name; use an address.',
  'fault.recipient.unknown_group': 'There is no group of this name.',
  'fault.recipient.empty_group': 'This group has nobody in it.',
  'fault.recipient.no_own_address': 'You have no verified address of your own yet.',
  'fault.recipient.unknown_handle': 'Nobody of this name is known on that platform.',
  'fault.recipient.channel_not_configured': 'This way of sending is not set up here.',
  'fault.recipient.channel_not_permitted': 'Your account may not send this way.',
  'fault.recipient.non_ascii_mailbox':
    'Email addresses with letters outside a–z before the @ cannot be reached from here.',
  'fault.recipient.number_kind':
    'Messages cannot be sent to this kind of number (premium rate, toll-free, voicemail).',
  'fault.name.empty': 'Write a name.',
  'fault.name.too_long': 'This name is too long: 64 characters at most.',
  'fault.name.not_a_name':
    'This reads like an address or holds no letter. Write the name people know.',
  'fault.name.copies_another':
    'This looks like the name of somebody else here. Add something to tell you apart.',
  'fault.name.well_known':
    'This is the name of a well-known company or of the staff here. Use your own name.',
} as const
