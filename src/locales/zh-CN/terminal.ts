import type { terminal as en } from '../en/terminal.ts'

export const terminal: Readonly<Record<keyof typeof en, string>> = {
  'terminal.noAccount':
    '这里还没有账户。请打开 npm start 输出的链接，或运行：npm run cli -- account create 用户名',
  'terminal.vouched':
    '您已凭账户名或令牌使用此账户，无需关联。若要关联您的登录名，请不带 --account 运行 npm run chat。',
  'terminal.tooMany': '您打开的终端过多，请关闭一个再试。',
  'terminal.closing': '服务器正在停止，请稍后再试。',
  'terminal.about':
    "在终端中分享链接，对话与聊天机器人中的相同。\n\n粘贴一个网址，或用一行写完：\n  https://example.org/a bob@example.org -- 看看这个\n\n从管道逐行读取，读完后等待结果：\n  printf 'https://example.org/a bob@example.org\\n' | npm run -s chat",
  'terminal.help.account': '以此账户操作；不填则使用与您的登录名关联的账户',
  'terminal.env':
    '连接其他服务器：PASSALONG_URL 和 PASSALONG_TOKEN。\n管道的退出状态：有分享被拒绝或失败时为 1，否则为 0；命令有误时为 2。',
  'terminal.hello': 'Passalong {version}。输入 /help 查看可用命令，输入 /exit 退出。',
  'terminal.alone':
    '服务器未运行，由此终端直接发送。执行 npm start 后链接才能打开；请先退出此对话再执行。',
  'terminal.away': '连接已断开，正在重试……',
  'terminal.back': '已重新连接。',
  'terminal.doctor': '查看问题所在：npm run cli -- doctor',
  'terminal.again': '再按一次 Ctrl-C 退出，也可输入 /exit。',
  'terminal.finishing': '正在发送尚未发出的消息；再按 Ctrl-C 则留待下次 npm start 发送。',
  'terminal.unsent': '没有发送：还有问题未回答。请用一行写完，或在后面几行中回答。',
}
