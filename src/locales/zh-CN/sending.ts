import type { sending as en } from '../en/sending.ts'

export const sending: Readonly<Record<keyof typeof en, string>> = {
  'span.seconds': '{count} 秒',
  'span.minutes': '{count} 分钟',
  'span.hours': '{count} 小时',
  'span.days': '{count} 天',
  'cost.segments': '{count} 条短信',
  'cost.atMost': '最多 {count} 条短信',
  'cost.price': '约 {price}',
  'cost.unpriced': '{total} 个号码中有 {count} 个没有价格',
  'cost.saved': '引号和破折号改用普通写法：{count} 条短信，而不是 {without} 条。',
  'warning.homograph': '请留意：{host} 实际为 {ascii}，可能冒充其他网站。',
  'warning.misspelt': '{recipient}：是否应为 {suggestion}？',
  'warning.doubtful': '{recipient} 似乎是座机或未启用的号码，消息可能无法送达。',
  'warning.premium': '{number} 是高资费号码：拨打的人要付的比普通通话多。',
  'warning.wapBySms': '这里没有设置 WAP 推送：有 {count} 人改为收到短信。',
  'warning.noteShortened': '附言太长，短信放不下：短信里会略去结尾，每人不超过 {count} 条。',
  'warning.loopback': '链接指向运行本服务的机器，只有在那台机器上才能打开。',
  'warning.down': '{channel} 暂时中断，恢复后会自动发出。',
  'warning.long': '全部发完约需 {time}。',
}
