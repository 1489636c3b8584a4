import type { link as en } from '../en/link.ts'

export const link: Readonly<Record<keyof typeof en, string>> = {
  'link.fault.gone': '此链接已使用或已过期，请重新开始。',
  'link.fault.another': '此链接已被他人打开，请重新开始并使用新链接。',
  'link.fault.already': '两者已经关联，无需再做什么。',
  'link.fault.moves': '此聊天账号已关联其他账户。请重新开始，并先同意改为关联新账户。',
  'link.fault.moved': '此聊天账号刚刚已关联其他账户，请重新开始。',
  'link.fault.noPin': '当前不需要输入 PIN 码。请先打开链接，或重新开始。',
  'link.fault.pinShape': 'PIN 码为六位数字。',
  'link.fault.pin':
    '{left, plural, =0 {PIN 码不正确，尝试次数已用完，请重新开始。} other {PIN 码不正确，还可尝试 # 次。}}',
  'link.fault.tries': '输入 PIN 码次数过多，请过几个小时再试。',
  'link.fault.often': '操作过于频繁，请稍后再试。',
  'link.fault.noSignUp': '此处不能在聊天中创建账户，请向服务管理者索取邀请。',
  'link.fault.noOperator': '本服务仍在设置中，请稍后再试。',
}
