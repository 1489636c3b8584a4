/** What the bot says of itself on Telegram, and behind its name in other chats. */
export const telegram = {
  'telegram.command.share': 'Share a link or a number to call',
  'telegram.command.status': 'How your last share is doing',
  'telegram.command.history': 'Your last shares',
  'telegram.command.contacts': 'Your contacts and groups',
  'telegram.command.notes': 'Your own canned notes',
  'telegram.command.link': 'Link this chat to your account',
  'telegram.command.unlink': 'Take the link back',
  'telegram.command.whoami': 'Which account you share as',
  'telegram.command.lang': 'Choose the language',
  'telegram.command.timezone': 'Choose the time zone',
  'telegram.command.stop': 'Get no more messages from here',
  'telegram.command.resume': 'Get messages again',
  'telegram.command.cancel': 'Give up what you are doing',
  'telegram.command.help': 'What you can do here',
  'telegram.command.start': 'Begin',
  'telegram.description':
    'Passes a link along to the people you name, wherever each of them is: here, by email, by SMS. Paste a link, say who shall get it, add a few words and press Send. You see whom it reached and who opened it.\n\nIf somebody sends you something, it waits here: press Start to see it.',
  'telegram.shortDescription':
    'Passes a link along to the people you name, wherever each of them is, and shows you whom it reached.',
  'telegram.outOfDate': 'This is out of date.',
  'telegram.nameless':
    'You write in the name of the group, so I cannot tell who you are. Write as yourself, or to me in private.',
  'telegram.consent.stopped': 'Done. Nobody can send you messages through this bot any more.',
  'telegram.consent.stoppedSender':
    'Done. {name} can send you no more messages through this bot; others still can.',
  'telegram.consent.resumed': 'You get messages again.',
  'telegram.consent.only': 'Stop only those from {name}',
  'telegram.consent.undo': 'Get messages again',
  'telegram.inline.link': 'Link your account first',
  'telegram.inline.about': 'Send it here, with a link of its own that shows you who opened it',
  'telegram.inline.passOn': 'Send it to them',
} as const
