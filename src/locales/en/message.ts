/** What recipients read, on every channel. */
export const message = {
  'message.hello': 'Hi {name},',
  'message.sender': '{name} ({handle})',
  'message.sent.page': '{sender} sent you a link:',
  'message.sent.video': '{sender} sent you a video:',
  'message.sent.audio': '{sender} sent you something to listen to:',
  'message.sent.image': '{sender} sent you a picture:',
  'message.sent.phone': '{sender} sent you a number to call:',
  'message.says': '{sender}: {text}',
  'message.subject': '{name}: {title}',
  'message.from': '{name} via {service}',
  'message.noTitle.phone': 'a number to call',
  'message.noTitle.link': 'a link for you',
  'message.open.page': 'Open the link',
  'message.open.video': 'Watch',
  'message.open.audio': 'Listen',
  'message.open.image': 'View',
  'message.open.phone': 'Call',
  'message.why': 'You get this because {name} wrote to you with {service}.',
  'message.tracked': '{name} can see when you open the link.',
  'message.stop': 'Stop these messages',
  'message.carried': 'Passed on by yourself',
  'message.stop.at': 'Stop these messages: {url}',
  'message.sms.stop': 'Reply STOP to end',
  'message.wap.stop': 'Text STOP to end',
  'message.answer.stop': 'You get no more messages from {service}. To resume, reply START.',
  'message.answer.start': 'Messages from {service} reach you again. Reply STOP to end.',
  'message.answer.help':
    '{service} ({host}) passes on links that people send you. Reply STOP to end.',
  'message.answer.page': 'Your choices: {url}',
  'message.account.verify.subject': '{service}: is this your email address?',
  'message.account.verify.lead':
    'The account {username} at {service} ({host}) gave this email address as its own. If that was you, confirm it:',
  'message.account.verify.act': 'This is my email address',
  'message.account.verify.foot':
    'Was it not you? Then do nothing: the address stays unconfirmed. Mail that answers this one reaches nobody.',
  'message.account.reset.subject': '{service}: a new password',
  'message.account.reset.lead':
    'Somebody asked for a new password for the account {username} at {service} ({host}). If that was you, choose one:',
  'message.account.reset.act': 'Choose a new password',
  'message.account.reset.foot':
    'Was it not you? Then do nothing: your password stays as it is. Mail that answers this one reaches nobody.',
  'message.account.notice.subject': '{service}: a change in your account',
  'message.account.notice.lead':
    '{news} This was on {at}, in the account {username} at {service} ({host}).',
  'message.account.notice.act': 'Look at my account',
  'message.account.notice.until':
    'Was it you? Then there is nothing to do. If not, set a new password there now, and unlink every chat that you do not know.',
  'message.account.notice.foot': 'Mail that answers this one reaches nobody.',
  'message.account.until':
    'The link works once, for {hours, plural, one {one hour} other {# hours}}.',
  'message.reply.subject': '{who}: {text}',
  'message.reply.lead': '{who} answered what you shared: {title}',
  'message.reply.open': 'See the share and all answers',
  'message.reply.foot':
    'Passed on by {service}. Mail that answers this one reaches nobody: write to them yourself.',
} as const
