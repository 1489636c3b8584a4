/** What the operator reads of the settings: at boot, in the log and from `doctor`. */
export const setup = {
  'setup.must.text': 'Write some text.',
  'setup.must.origin':
    'Write an address like https://go.example.org, without a path: http or https, host, and port.',
  'setup.must.httpUrl': 'Write a whole web address that starts with http:// or https://.',
  'setup.must.integer':
    'Write a whole number from {min, number, ::group-off} to {max, number, ::group-off}.',
  'setup.must.oneOf': 'Write one of: {choices}.',
  'setup.must.urlOf': 'Write a URL with a host that starts with one of: {schemes}',
  'setup.must.mongodbUri':
    'Write an address like mongodb://user:password@host:27017/database, or mongodb+srv://…',
  'setup.must.longSecret': 'Use 32 characters or more, such as the output of: openssl rand -hex 32',
  'setup.must.botToken': 'Copy the token from @BotFather whole: 123456789:AAF…',
  'setup.must.webhookSecret': 'Use 1 to 256 letters, digits, - and _ only.',
  'setup.must.networks':
    'Write addresses or CIDR ranges with commas between: 127.0.0.1, 10.0.0.0/8.',
  'setup.must.region': 'Write the two letters of a country, such as CN or DE.',
  'setup.must.mailbox': 'Write a mailbox: notes@example.org or Passalong <notes@example.org>.',
  'setup.must.recipient':
    'Write a mailbox, a phone number with +, or a handle with its platform: telegram:@ann.',
  'setup.must.dailyCap':
    'Write two numbers, from one sender and from all, the second no smaller: 20,50; or off.',
  'setup.must.redisUrl':
    'Write redis://:password@host:6379, or rediss:// for TLS; behind it at most the number of a database, as in /1.',
  'setup.must.smsPrices': 'Write prices like +86=0.045 EUR, *=0.09 EUR.',
  'setup.must.smsRoutes':
    'Write routes like +86=kannel twilio, *=smpp: a number prefix once each, and gateways out of: {gateways}.',
  'setup.must.privateKey':
    'This is no RSA private key. Give the whole PEM text, or its file in DKIM_PRIVATE_KEY_FILE.',
  'setup.must.domain': 'Write a domain such as example.org.',
  'setup.fault.both': 'Both {name} and {name}_FILE are set. Keep one of them.',
  'setup.fault.file': 'The file {file} cannot be read ({why}). Check its path and its mode.',
  'setup.fault.needs': 'It works only together with {others}. Set that too, or unset {name}.',
  'setup.fault.route': 'It names {gateway}, which is not set up. Set {name}, or leave it out.',
  'setup.fault.role':
    '{role} alone is a part of several processes: set {others} too, the same in all of them, or set ROLE to all.',
  'setup.fault.sessionSecret':
    'Set it, the same in every process: 32 characters or more, such as the output of: openssl rand -hex 32',
  'setup.warn.typo': '{name} is not one of our settings. Did you mean {guess}?',
  'setup.warn.unknown': '{name} is not one of our settings. Is it a slip?',
  'setup.warn.notBuilt': '{name} is set, but this version cannot use it yet. It stays off.',
  'setup.warn.fleetBaseUrl':
    'Links made by ROLE={role} lead to this process. Set BASE_URL, the same in every process, to the address that people reach.',
  'setup.warn.noEffect': '{name} has no effect without {other}.',
  'setup.boot.ready': 'Passalong {version} is ready: {url}',
  'setup.boot.fleet': 'Role: {role}. Data: {store}. Queue: {queue}.',
  'setup.boot.inFolder': 'in {folder}',
  'setup.boot.inMongodb': 'MongoDB at {place}',
  'setup.boot.ownQueue': 'in this process',
  'setup.boot.redisQueue': 'Redis at {place}',
  'setup.boot.oneSender':
    'Without REDIS_URL one process sends at a time; the others stand by and take over when it ends.',
  'setup.boot.first':
    'Make the first account with this link. It works once, and a new one comes at each start until then:',
  'setup.boot.on': 'Sending: {channels}',
  'setup.boot.kept': 'Kept here, not sent: {channels}. Read them at {url}',
  'setup.boot.off': 'Switched off. To switch on:',
  'setup.boot.set': 'set {names}',
  'setup.boot.later': 'comes in a later version ({names})',
  'setup.boot.faults': 'Passalong cannot start with these settings:',
  'setup.boot.cannot': 'Passalong cannot start.',
  'setup.cannot.folder_in_use':
    'Another Passalong process uses the data folder {folder}. Stop it first, or give this one a folder of its own with DATA_DIR.',
  'setup.cannot.folder':
    'The data folder {folder} cannot be made or written. Make it writable for this user, or name another with DATA_DIR.',
  'setup.cannot.newer_data':
    'The data in {place} was written by a newer release (its format is {version}, this one knows up to {newest}). Start the newer release, or name another folder with DATA_DIR.',
  'setup.cannot.newer_database':
    'The data in {place} was written by a newer release (its format is {version}, this one knows up to {newest}). Start the newer release, or name another database in MONGODB_URI.',
  'setup.cannot.database':
    'The database {place} does not answer or refuses us. Start it, or correct MONGODB_URI (host, port, user, password).',
  'setup.cannot.redis':
    'Redis at {place} does not answer or refuses us. Start it, or correct REDIS_URL (host, port, user, password).',
  'setup.cannot.session_secret':
    '{path} cannot be read or is damaged. Bring it back from a backup, or set SESSION_SECRET; without the old one, earlier stop links and suppressions are void.',
  'setup.cannot.port_in_use':
    'Port {port, number, ::group-off} on {host} is in use. Stop what listens there, or choose another with PORT.',
  'setup.cannot.port_forbidden':
    'This user may not listen on port {port, number, ::group-off}. Choose one above 1023 with PORT.',
  'setup.cannot.no_such_host':
    'HOST={host} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.',
  'setup.warn.loopback':
    'Links lead to {url}, which only this machine can open. Set {name} to an address that others reach.',
} as const
