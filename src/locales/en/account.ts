/** Accounts and contacts: why something was refused, and the notes that everybody starts with. */
export const account = {
  'account.fault.username':
    'A username has 2 to 32 small letters, digits, dots, hyphens or underscores, and begins with a letter or a digit.',
  'account.fault.usernameTaken': 'This username is taken. Choose another one.',
  'account.fault.password.too_short': 'The password needs 8 characters or more.',
  'account.fault.password.too_long': 'The password may have 256 characters at most.',
  'account.fault.password.is_username': 'The password must not be the username.',
  'account.fault.wrongPassword': 'This is not your password.',
  'account.fault.freshLink':
    'You signed in some time ago. Ask the bot in your chat for a new link to sign in, then do this within the hour.',
  'account.fault.often': 'That was often. Wait a little, then try again.',
  'account.fault.closed': 'Accounts are made by whoever runs this service. Ask them for one.',
  'account.fault.invitationNeeded':
    'An account needs an invitation here. Ask somebody who has an account for one.',
  'account.fault.noOperator': 'This service is still being set up. Try again later.',
  'account.fault.unverified': 'Verify your email or link a chat account before inviting others.',
  'account.fault.noMail':
    'No mail can be sent from here. Ask whoever runs this service for a one-time link.',
  'account.fault.noEmail': 'Set an email address first.',
  'account.fault.verified': 'Your email address is verified already.',
  'account.fault.emailTaken':
    'This email address is verified for another account. Take it off there first.',
  'account.fault.signInRate': 'Too many tries. Wait a little, then try again.',
  'account.fault.ticket': 'This link has been used or is too old. Ask for a new one.',
  'account.fault.operatorLink': 'Whoever runs this service signs in with the password.',
  'account.fault.noAccount': 'There is no such account.',
  'account.fault.locale': 'Choose one of the languages that are offered.',
  'account.fault.timeZone': 'Write a time zone such as Europe/Berlin or Asia/Shanghai.',
  'account.fault.tokenName': 'Give the token a name of 64 characters at most.',
  'account.fault.tokens': 'There are too many tokens. Revoke those that you do not use.',
  'contact.fault.none': 'There is no such contact.',
  'contact.fault.name':
    'A contact needs a name of 64 characters at most that does not read as an address, without # at its start and without quotes.',
  'contact.fault.nameTaken': 'There is a contact of this name already.',
  'contact.fault.noAddress': 'A person needs at least one address.',
  'contact.fault.addresses': 'A person may have 20 addresses at most.',
  'contact.fault.kind': 'Addresses belong to a person, members to a group.',
  'contact.fault.members': 'A group may have 1,000 members at most.',
  'contact.fault.itself': 'A group cannot be a member of itself.',
  'contact.fault.book':
    'The book is full: 5,000 contacts at most, and two million characters in all.',
  'contact.fault.notes': 'Keep 50 notes at most, of 2,000 characters each.',
  'contact.note.1': 'Have a look at this.',
  'contact.note.2': 'I thought of you when I saw this.',
  'contact.note.3': 'Here is what we talked about.',
  'contact.note.4': 'Worth reading when you have a moment.',
  'account.notice.linked':
    '{who} on {platform} was linked: whoever writes there shares in your name.',
  'account.notice.unlinked': '{who} on {platform} was unlinked, and shares in your name no more.',
  'account.notice.password': 'A new password was set.',
  'account.notice.mailbox':
    'The email address was changed: this one is no longer that of the account.',
  'account.notice.token': 'An API token was made.',
  'account.notice.signed-in': 'Somebody signed in by a link from a linked chat.',
  'account.notice.somebody': 'A user',
} as const
