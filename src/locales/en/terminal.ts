/** The terminal of `npm run chat`; what the conversation says in it stands in chat.ts. */
export const terminal = {
  'terminal.noAccount':
    'There is no account here yet. Open the link that npm start prints, or run: npm run cli -- account create NAME',
  'terminal.vouched':
    'You act for this account by its name or token, so there is nothing to link. Start npm run chat without --account to link your login.',
  'terminal.tooMany': 'Too many terminals of yours are open. Close one and try again.',
  'terminal.closing': 'The server is stopping. Try again in a moment.',
  'terminal.about':
    "Share links from the terminal, in the same conversation as with the chat bots.\n\nPaste an address, or write it all in one line:\n  https://example.org/a bob@example.org -- have a look\n\nA pipe is read line by line; at its end it waits for the outcome:\n  printf 'https://example.org/a bob@example.org\\n' | npm run -s chat",
  'terminal.help.account': 'act for this account; without it, for the one your login is linked to',
  'terminal.env':
    'Against another server: PASSALONG_URL and PASSALONG_TOKEN.\nExit status of a pipe: 1 where a share was refused or failed, else 0; 2 where the command is not right.',
  'terminal.hello': 'Passalong {version}. /help says what there is, /exit ends.',
  'terminal.alone':
    'No server is running, so this terminal sends by itself. Links can be opened after npm start; end this chat before that.',
  'terminal.away': 'The connection is gone; trying again…',
  'terminal.back': 'Connected again.',
  'terminal.doctor': 'To see what is wrong: npm run cli -- doctor',
  'terminal.again': 'Ctrl-C again ends; /exit does too.',
  'terminal.finishing':
    'Sending what is still held back; Ctrl-C again leaves it to the next npm start.',
  'terminal.unsent':
    'Nothing was sent: a question is left open. Write it all in one line, or answer in the next lines.',
} as const
