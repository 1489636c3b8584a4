/** The command line. */
export const cli = {
  'cli.about': 'Pass a link along, to the people you name, from a shell.',
  'cli.help.json': 'print one JSON value',
  'cli.help.as': 'act as this account (by default the operator)',
  'cli.help.account': 'make accounts and reset passwords',
  'cli.help.accountCreate': 'make an account; without a password it prints a link to set one',
  'cli.help.email': "the account's mailbox",
  'cli.help.displayName': 'the name that recipients read',
  'cli.help.passwordStdin': 'read the password from standard input',
  'cli.help.accountReset': 'print a one-time link that sets a new password',
  'cli.help.token': 'make API tokens',
  'cli.help.tokenCreate': 'print a new API token of an account',
  'cli.help.share': 'share a web address or a tel: number',
  'cli.help.to': 'whom to reach: mailboxes, numbers, handles, contacts, #groups',
  'cli.help.region': 'the country of a short code or a number without +, such as CN',
  'cli.help.note': 'a few words of yours',
  'cli.help.title': "another title than the page's own",
  'cli.help.status': 'show whom a share reached and who opened it',
  'cli.help.recall': 'kill the links of a share and take messages back where that can be done',
  'cli.help.doctor': 'check every setting and server, and say what to do',
  'cli.help.export': 'print everything kept of an account as JSON',
  'cli.help.purge': 'blank recipients and addresses whose time has come',
  'cli.help.backup':
    'copy everything kept, with the session secret, into one file; the server may run',
  'cli.help.restore': 'put a backup in the place of what is kept; what was there goes aside',
  'cli.help.force': 'replace a file that is there',
  'cli.help.move':
    'copy everything kept in the data folder into MongoDB; killed, it is taken up again',
  'cli.help.moveTo': 'the database: mongodb://user:password@host/database',
  'cli.help.help': 'show help for a command',
  'cli.help.version': 'print the version',
  'cli.usage.usage': 'Usage:',
  'cli.usage.options': 'Options:',
  'cli.usage.commands': 'Commands:',
  'cli.usage.unknownCommand': 'There is no command “{what}”. See --help.',
  'cli.usage.unknownOption': 'There is no option {what} here. See --help.',
  'cli.usage.missingArgument': 'Something is missing: <{what}>. See --help.',
  'cli.usage.missingOption': 'An option is missing: {what}',
  'cli.usage.optionMissingArgument': 'Something is missing after the option: {what}',
  'cli.usage.excessArguments':
    'That is more than the command takes. Put quotes around what belongs together.',
  'cli.usage.suggestion': 'Did you mean {guess}?',
  'cli.unreachable': 'Nobody answers at {where}: {why}',
  'cli.onlyLocal':
    'This works only on the machine of the server, in its data folder: unset PASSALONG_URL.',
  'cli.tokenMissing':
    'PASSALONG_URL needs PASSALONG_TOKEN too: an API token of your account there.',
  'cli.status': 'The server answered {status, number, ::group-off}.',
  'cli.noPassword': 'Give the password on standard input.',
  'cli.created.operator': 'The account {username} is made. It is the operator.',
  'cli.created.member': 'The account {username} is made.',
  'cli.createdWithLink': 'The account {username} is made. Set its password here:\n{link}',
  'cli.resetRemark': 'The link works once, within an hour.',
  'cli.progress': '{done} of {total} done',
  'cli.share': 'Share {id}',
  'cli.opened': 'opened {count, plural, one {once} other {# times}}',
  'cli.blanked': '(deleted)',
  'cli.linksNeedServer': 'No server is running: links can be opened after npm start.',
  'cli.restNeedsServer': 'What has not gone out yet goes out then too.',
  'cli.purged':
    '{count, plural, =0 {Nothing was due.} one {One recipient was blanked.} other {# recipients were blanked.}}',
  'cli.warning.homograph': 'The host {host} looks like another one; really it is {ascii}.',
  'cli.warning.misspelt_domain': '{recipient}: did you mean {suggestion}?',
  'cli.warning.doubtful_number': '{recipient}: messages may not reach this number.',
  'cli.warning.premium_number':
    '{number} is a premium-rate number: whoever calls it pays more than for a call.',
  'cli.warning.wap_by_sms':
    'WAP push is not set up here: {count, plural, one {# person gets} other {# people get}} a text message instead.',
  'cli.warning.note_shortened':
    'The note is too long for SMS: its end is left out there, to keep within {segments, plural, one {# text message} other {# text messages}} each.',
  'cli.money': '{amount, number, ::.00##} {currency}',
  'cli.warning.loopback_links':
    'The links lead to this machine; only who sits at it can open them.',
  'cli.warning.connection_down': '{channel} is down; its messages wait until it is back.',
  'cli.warning.takes_long': 'It will take about {seconds, number} seconds.',
  'cli.failed': 'Something went wrong: {why}',
  'cli.ended': 'Ended before it was done. Nothing was changed.',
  'backup.made':
    'Everything is in {file}: {accounts, plural, one {# account} other {# accounts}}, {shares, plural, one {# share} other {# shares}}, {deliveries, plural, one {# delivery} other {# deliveries}}; {megabytes, number, ::.0} MB, checked.',
  'backup.holdsSecret':
    'The file holds the session secret and what people wrote: keep it as safe as the data folder.',
  'backup.cannot.exists': '{file} is there already. Name another file, or replace it with --force.',
  'backup.cannot.nothing': 'There is no data in {folder}. Is DATA_DIR right?',
  'backup.cannot.write': '{file} cannot be written: {why}',
  'backup.cannot.within':
    '{file} would lie in the data folder {folder} and be lost with it. Name a file elsewhere.',
  'backup.cannot.mongodb':
    'MONGODB_URI is set, so everything is kept there: use mongodump and mongorestore (docs/operating/backup.md).',
  'restore.done':
    'The data of {madeAt} is back in {folder}: {accounts, plural, one {# account} other {# accounts}}, {shares, plural, one {# share} other {# shares}}, {deliveries, plural, one {# delivery} other {# deliveries}}.',
  'restore.aside': 'What was there before lies in {aside}.',
  'restore.unfinished':
    '{count, plural, one {One delivery had} other {# deliveries had}} not come to an end when the backup was made: the server sends {count, plural, one {it} other {them}} when due, even if {count, plural, one {it} other {they}} went out since then. What shall not go out, recall before it starts.',
  'restore.otherSecret':
    'SESSION_SECRET is set, and not to the secret of the backup: unset it or set it to that one, or earlier stop links and suppressions are void.',
  'restore.cannot.read': '{file} cannot be read.',
  'restore.cannot.write': 'The data folder {folder} cannot be written: {why}. Nothing was changed.',
  'restore.cannot.damaged':
    '{file} is not a whole backup: it was cut short, changed, or made by something else. Nothing was changed.',
  'move.done':
    'Moved to {place} and compared: {accounts, plural, one {# account} other {# accounts}}, {shares, plural, one {# share} other {# shares}}, {deliveries, plural, one {# delivery} other {# deliveries}}; {records, number} records in {seconds, number, ::.0} s, {rate, number} a second.',
  'move.next':
    'Set MONGODB_URI to it and SESSION_SECRET to the secret in {secret} (or SESSION_SECRET_FILE to that file) in every process, then start. What {folder} holds is out of date from now on; keep it until you are sure.',
  'move.nextWithSecret':
    'Set MONGODB_URI to it and start, with the same SESSION_SECRET in every process. What {folder} holds is out of date from now on; keep it until you are sure.',
  'move.otherSecret':
    'SESSION_SECRET is set, and not to the secret in {secret}. Unless the server had it set so too, set it to that one before you start, or earlier stop links and suppressions are void.',
  'move.before': 'The data was moved to {place} already.',
  'move.copying': '{bar}  copying',
  'move.checking': '{bar}  comparing',
  'move.ended': 'Ended before it was done. The same command takes it up again.',
  'move.cannot.scheme': 'Write --to mongodb://user:password@host/database.',
  'move.cannot.holdsData':
    '{place} holds other data already. Name an empty database: move --to mongodb://host/another',
  'move.cannot.halfMoved':
    '{place} holds only a part of a data folder that is being moved there. Run the same move again to its end first.',
  'move.cannot.moving':
    'The move of the data in {folder} to {place} was cut off at its end. Run the same `move` again; or, to go back for good, delete the file {file}, and use that database no more.',
  'move.cannot.moved':
    'The data in {folder} was moved to {place}, and is out of date here. Set MONGODB_URI to that; or, to go back for good, delete the file {file}.',
  'move.cannot.inUse':
    'Processes of Passalong are at work on {place}, and would send what is only copied yet. Stop them first; of one that was killed it is known after 15 seconds.',
  'move.cannot.otherSource':
    'Another data folder is being moved to {place}. Finish that one, or name another database.',
  'move.cannot.differs':
    'What was copied is not what is here: {kinds}. Nothing was changed here; run the command again, with no server on the data folder.',
  'doctor.settings': 'Well written.',
  'doctor.node': 'Version {version}.',
  'doctor.nodeOld': 'Version {version} is too old. Install 24.15 or later.',
  'doctor.folder': '{folder} can be read and written.',
  'doctor.folderOpen': 'Others on this machine can look into {folder}. Run: chmod 700 {folder}',
  'doctor.folderFault':
    '{folder} cannot be used: {why}. Mend that, or set DATA_DIR to another folder.',
  'doctor.disk': '{free, number} MB free.',
  'doctor.diskLow': 'Only {free, number} MB free at {folder}. Make room soon.',
  'doctor.diskFull':
    'Only {free, number} MB free at {folder}. Make room now: nothing more can be stored.',
  'doctor.clock': 'It reads {now}.',
  'doctor.clockBack':
    'It reads {now}, earlier than files that were written already. Set the clock.',
  'doctor.running': 'Running on {folder}.',
  'doctor.runningAt': 'Running at {host}:{port, number, ::group-off}.',
  'doctor.database': '{place} answers: version {version}, {topology}.',
  'doctor.databaseFault':
    '{place} cannot be used ({why}). Start it, or correct MONGODB_URI (host, port, user, password).',
  'doctor.standalone':
    '{place} answers: version {version}, a single server. Its data is gone with its disk: make it a replica set, or back it up often.',
  'doctor.migrations':
    '{pending, plural, one {One change} other {# changes}} of format to come: the next npm start makes {pending, plural, one {it} other {them}}.',
  'doctor.newerDatabase': 'A newer release wrote it. Start that release here too.',
  'doctor.skew':
    'It is {seconds, number} s away from the database’s. Leases and due times follow the database, but what pages show does not: set the clock.',
  'doctor.clockAgrees': 'It agrees with the database’s.',
  'doctor.redis': '{place} answers: version {version}.',
  'doctor.redisFault':
    '{place} cannot be used ({why}). Start it, or correct REDIS_URL (host, port, password).',
  'doctor.redisRefuses':
    '{place} answers, but does not take what the queue asks of it ({why}). It must be a server that is written to, with room, and the account may use `~passalong:* &passalong:* +@all`.',
  'doctor.redisEvicts':
    'Its maxmemory-policy is {policy}, under which it may forget the queue and the rates. Set noeviction.',
  'doctor.redisForgets':
    'It keeps nothing over a restart (appendonly no): rates start anew then, the queue is filled again from the database. Set appendonly yes.',
  'doctor.oneSender': 'Not set: one process at a time sends, the others stand by.',
  'doctor.portFree': 'Nobody uses {host}:{port, number, ::group-off} yet; npm start can.',
  'doctor.portUsed':
    'Something else listens on {host}:{port, number, ::group-off}. Stop it, or set PORT to another.',
  'doctor.hostFault':
    'It cannot listen on {host}:{port, number, ::group-off} ({why}). Set HOST to an address of this machine.',
  'doctor.loopback': '{url}: links can be opened on this machine only.',
  'doctor.plain': '{url} is not encrypted. Put a TLS proxy in front and use https.',
  'doctor.noProxies':
    'With https a proxy stands in front: name its address here, or all visitors look like one.',
  'doctor.baseUrl': '{url}',
  'doctor.reached': '{url} answers.',
  'doctor.notReached':
    '{url} does not lead to this server ({why}). Check DNS, the proxy and the firewall.',
  'doctor.notHere':
    '{url} does not lead to the running server ({why}). Was it started with another PORT or BASE_URL? Settings in .env are found by both.',
  'doctor.operator': '{operator} is alerted when a channel goes down.',
  'doctor.noOperator': 'Nobody is alerted when a channel goes down. Set it to an address of yours.',
  'doctor.noSms': 'Not set: text messages are off.',
  'doctor.gateway': 'It answers and lets us in.',
  'doctor.gatewayFault': 'It cannot be used: {why}. Check {names}.',
  'doctor.callbacks': 'Gateways call {url} with it.',
  'doctor.noCallbacks':
    'Not set: replies such as STOP do not reach us. Set it, and have the gateway call {url}/… (docs/operating/sms.md).',
  'doctor.noTelegram': 'Not set: Telegram is off.',
  'doctor.telegram': '@{bot} answers.',
  'doctor.telegramInline':
    'Inline mode of @{bot} is off, so that nobody can pass a link on by themselves. Send @BotFather /setinline, and /setinlinefeedback with 100%.',
  'doctor.telegramPrivacy':
    '@{bot} reads every message of its groups, which it need not. Send @BotFather /setprivacy and choose Enable.',
  'doctor.telegramOtherWebhook':
    'Telegram sends updates to {url}. Is another server at work with this token? The next npm start asks for them itself.',
  'doctor.telegramPlain':
    'Telegram calls https addresses alone, not {url}. Set BASE_URL to one, or unset TELEGRAM_WEBHOOK_SECRET.',
  'doctor.telegramNoWebhook':
    'Telegram does not call {url} yet; it does from the next npm start on.',
  'doctor.telegramWebhook': 'Telegram calls {url} with it.',
  'doctor.telegramWebhookFault': 'Telegram called {url} in vain within the last hour: {why}',
  'doctor.telegramRefused': 'Telegram refuses it: {why}. Copy the token anew from @BotFather.',
  'doctor.telegramAway':
    '{place} cannot be reached ({why}). Check the network and TELEGRAM_API_ROOT.',
  'doctor.noEmail': 'Not set: email is off.',
  'doctor.smtp': '{host} lets us in; mail comes from {from}.',
  'doctor.smtpFault': '{host} cannot be used: {why}. Check host, port, user and password.',
  'doctor.noDkim': 'Not set: mail is not signed, and may end up among spam.',
  'doctor.dkim': '{name} holds our key.',
  'doctor.dkimFault': 'DNS does not show our key. Add a TXT record {name}: v=DKIM1; p={key}',
  'doctor.paused': 'Down since {since}: {detail}',
  'doctor.remote': '{url} answers, and takes our token.',
  'doctor.fine': 'Nothing is wrong.',
  'doctor.faulty': 'Mend what is marked ✗.',
} as const
