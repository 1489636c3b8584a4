import type { setup as en } from '../en/setup.ts'

export const setup: Readonly<Record<keyof typeof en, string>> = {
  'setup.must.text': '请填写文字。',
  'setup.must.origin':
    '请填写类似 https://go.example.org 的地址，不带路径：http 或 https、主机名和端口。',
  'setup.must.httpUrl': '请填写以 http:// 或 https:// 开头的完整网址。',
  'setup.must.integer':
    '请填写 {min, number, ::group-off} 到 {max, number, ::group-off} 之间的整数。',
  'setup.must.oneOf': '请填写以下之一：{choices}。',
  'setup.must.urlOf': '请填写带主机名的 URL，以下列之一开头：{schemes}',
  'setup.must.mongodbUri':
    '请填写类似 mongodb://user:password@host:27017/database 的地址，或 mongodb+srv://…',
  'setup.must.longSecret': '至少 32 个字符，例如以下命令的输出：openssl rand -hex 32',
  'setup.must.botToken': '请完整复制 @BotFather 给出的令牌：123456789:AAF…',
  'setup.must.webhookSecret': '只能使用 1 到 256 个字母、数字、- 和 _。',
  'setup.must.networks': '请填写以逗号分隔的地址或 CIDR 网段：127.0.0.1, 10.0.0.0/8。',
  'setup.must.region': '请填写两个字母的国家或地区代码，例如 CN 或 DE。',
  'setup.must.mailbox': '请填写邮箱：notes@example.org 或 Passalong <notes@example.org>。',
  'setup.must.recipient': '请填写邮箱、带 + 的手机号，或注明平台的用户名：telegram:@ann。',
  'setup.must.dailyCap':
    '请填写两个数字，分别为单个发送者和所有发送者的上限，后者不小于前者：20,50；或填 off。',
  'setup.must.redisUrl':
    '请填写 redis://:密码@主机:6379（TLS 用 rediss://）；其后最多只能是数据库编号，例如 /1。',
  'setup.must.smsPrices': '请填写价格，例如 +86=0.045 EUR, *=0.09 EUR。',
  'setup.must.smsRoutes':
    '请填写路由，例如 +86=kannel twilio, *=smpp：每个号码前缀只写一次，网关可选：{gateways}。',
  'setup.must.privateKey':
    '这不是 RSA 私钥。请填写完整的 PEM 文本，或在 DKIM_PRIVATE_KEY_FILE 中指定文件。',
  'setup.must.domain': '请填写域名，例如 example.org。',
  'setup.fault.both': '{name} 和 {name}_FILE 不能同时设置，请保留其一。',
  'setup.fault.file': '无法读取文件 {file}（{why}）。请检查路径和权限。',
  'setup.fault.needs': '需要与 {others} 一起设置。请补充设置，或取消 {name}。',
  'setup.fault.route': '其中的 {gateway} 尚未设置。请设置 {name}，或将其去掉。',
  'setup.fault.role':
    '单独的 {role} 是多个进程中的一部分：请在各进程中同样设置 {others}，或将 ROLE 设为 all。',
  'setup.fault.sessionSecret':
    '请设置，并在各进程中保持一致：至少 32 个字符，例如以下命令的输出：openssl rand -hex 32',
  'setup.warn.typo': '{name} 不是我们的设置项。是否指 {guess}？',
  'setup.warn.unknown': '{name} 不是我们的设置项，是否写错？',
  'setup.warn.notBuilt': '已设置 {name}，但此版本尚不能使用，保持关闭。',
  'setup.warn.fleetBaseUrl':
    'ROLE={role} 生成的链接指向本进程。请在各进程中将 BASE_URL 同样设为他人访问的地址。',
  'setup.warn.noEffect': '没有 {other} 时，{name} 不起作用。',
  'setup.boot.ready': 'Passalong {version} 已就绪：{url}',
  'setup.boot.fleet': '角色：{role}。数据：{store}。队列：{queue}。',
  'setup.boot.inFolder': '在 {folder}',
  'setup.boot.inMongodb': 'MongoDB（{place}）',
  'setup.boot.ownQueue': '在本进程',
  'setup.boot.redisQueue': 'Redis（{place}）',
  'setup.boot.oneSender':
    '没有 REDIS_URL 时，同一时间只有一个进程发送；其他进程待命，在它结束后接替。',
  'setup.boot.first':
    '请用此链接创建第一个账户。链接只能使用一次，创建之前每次启动都会给出新的链接：',
  'setup.boot.on': '正在发送：{channels}',
  'setup.boot.kept': '仅保存在此，不会发出：{channels}。查看：{url}',
  'setup.boot.off': '未启用。启用方法：',
  'setup.boot.set': '设置 {names}',
  'setup.boot.later': '将在以后的版本中支持（{names}）',
  'setup.boot.faults': '设置有误，Passalong 无法启动：',
  'setup.boot.cannot': 'Passalong 无法启动。',
  'setup.cannot.folder_in_use':
    '另一个 Passalong 进程正在使用数据目录 {folder}。请先停止它，或用 DATA_DIR 为本进程指定另一个目录。',
  'setup.cannot.folder':
    '无法创建或写入数据目录 {folder}。请让当前用户可写，或用 DATA_DIR 指定其他目录。',
  'setup.cannot.newer_data':
    '{place} 中的数据由更新的版本写入（其格式为 {version}，本版本最高支持 {newest}）。请启动更新的版本，或用 DATA_DIR 指定其他目录。',
  'setup.cannot.newer_database':
    '{place} 中的数据由更新的版本写入（其格式为 {version}，本版本最高支持 {newest}）。请启动更新的版本，或在 MONGODB_URI 中指定其他数据库。',
  'setup.cannot.database':
    '数据库 {place} 没有响应或拒绝连接。请启动它，或更正 MONGODB_URI（主机、端口、用户名、密码）。',
  'setup.cannot.redis':
    '{place} 上的 Redis 没有响应或拒绝连接。请启动它，或更正 REDIS_URL（主机、端口、用户名、密码）。',
  'setup.cannot.session_secret':
    '{path} 无法读取或已损坏。请从备份恢复，或设置 SESSION_SECRET；没有旧的密钥，先前的退订链接和屏蔽将失效。',
  'setup.cannot.port_in_use':
    '{host} 的端口 {port, number, ::group-off} 已被占用。请停止占用它的程序，或用 PORT 指定其他端口。',
  'setup.cannot.port_forbidden':
    '当前用户无权监听端口 {port, number, ::group-off}。请用 PORT 指定 1023 以上的端口。',
  'setup.cannot.no_such_host':
    'HOST={host} 不是本机地址。请使用 127.0.0.1，或用 0.0.0.0 表示全部。',
  'setup.warn.loopback': '链接指向 {url}，只有本机能打开。请将 {name} 设为他人可访问的地址。',
}
