import type { refusal as en } from '../en/refusal.ts'

export const refusal: Readonly<Record<keyof typeof en, string>> = {
  'refusal.too_long': '{field, select, title {标题} other {附言}}过长，最多 {max, number} 个字符。',
  'refusal.send_at_past': '发送时间必须在将来。',
  'refusal.send_at_far': '发送时间必须在一年之内。',
  'refusal.expires_early': '链接不能在发送之前过期。',
  'refusal.too_many_recipients': '一次最多分享给 {max, number} 人（含群组成员），请分多次分享。',
  'refusal.no_recipients': '请至少填写一位收件人。',
  'refusal.recipients_rejected':
    '尚未发送：无法发送给 {names}{more, plural, =0 {} other { 等另外 # 人}}。',
  'refusal.unverified': '请先验证邮箱或关联聊天账户，再发送给他人。',
  'refusal.key_reused': '该幂等键已用于另一请求，请为新的分享使用新键。',
  'refusal.quota_messages': '您的账户每天最多发送 {limit, number} 条消息，请稍后再试。',
  'refusal.quota_new_endpoints': '您的账户每天最多联系 {limit, number} 位新收件人，请稍后再试。',
  'refusal.extended_often':
    '近期已向该分享添加收件人 {limit, number} 次。请一次多添加几位，或稍后再试。',
  'refusal.no_share': '没有这个分享。',
  'refusal.no_delivery': '没有这条投递。',
  'refusal.taken_back': '该分享已被收回，请新建一个。',
  'refusal.in_flight': '正在发送，请改用撤回。',
  'refusal.has_left': '已经发出，请改用撤回。',
  'refusal.nothing_to_retry': '目前无需重新发送。',
  'refusal.address_deleted': '其地址已删除，请重新添加收件人。',
  'refusal.link_expired': '其链接已到期，请新建一个分享。',
  'refusal.waits_no_longer': '它已不在等待收件人，请查看最新状态。',
  'refusal.nobody_came': '没有人通过这份邀请前来。',
  'refusal.cannot_be_reached': '现在无法给对方发消息，需要对方再来一次。',
  'refusal.offers_often': '一次要转交的链接过多，请稍后再试。',
  'refusal.cursor': '该游标不是由我们给出的。',
  'refusal.store_away': '目前无法读写数据，请稍后再试。',
  'refusal.rates_away': '暂时无法统计速率，请稍后再试。',
  'refusal.link_away': '目前无法查询该链接，请稍后再试。',
  'refusal.alert_title': '{connection} 已中断',
  'refusal.alert_note':
    '连接 {connection} 已中断：{detail}。相关投递正在等待；我们每分钟检测一次，恢复后自动继续。',
}
