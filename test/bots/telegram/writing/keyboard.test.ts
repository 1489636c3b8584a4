import { describe, expect, test } from 'vitest'
import { writeKeyboard } from '../../../../bots/telegram/writing/keyboard.ts'

const passOn = { kind: 'pass-on', label: 'Send it yourself', token: 'abc-0', text: 'x' } as const

describe('buttons', () => {
  test('stand in their rows', () => {
    const keyboard = writeKeyboard(
      [
        [
          { kind: 'press', label: 'Send', press: 'd:abcdefgh:send', look: 'main' },
          { kind: 'press', label: 'Recall', press: 's:x:recall', look: 'danger' },
        ],
        [{ kind: 'url', label: 'Open', url: 'https://example.org/a' }],
        [passOn],
        [{ kind: 'send-on', label: 'Share', url: 'https://t.me/b?start=x', text: 'come & see' }],
      ],
      { passOn: true },
    )
    expect(keyboard.inline_keyboard).toEqual([
      [
        { text: 'Send', callback_data: 'd:abcdefgh:send', style: 'primary' },
        { text: 'Recall', callback_data: 's:x:recall', style: 'danger' },
      ],
      [{ text: 'Open', url: 'https://example.org/a' }],
      [
        {
          text: 'Send it yourself',
          switch_inline_query_chosen_chat: {
            query: '#abc-0',
            allow_user_chats: true,
            allow_group_chats: true,
          },
        },
      ],
      [
        {
          text: 'Share',
          url: 'https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fb%3Fstart%3Dx&text=come+%26+see',
        },
      ],
    ])
  })

  test('that Telegram refuses are left out, with the rows that they leave empty', () => {
    const local = { kind: 'url', label: 'Open', url: 'http://localhost:8080/r/x' } as const
    expect(writeKeyboard([[local], [passOn]], { passOn: false }).inline_keyboard).toEqual([])
  })
})
