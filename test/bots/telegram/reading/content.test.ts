import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, joined, type MarkedText } from '../../../../bots/telegram/reading/content.ts'

/** A text with an entity on each of its words. */
const marked = fc
  .array(fc.tuple(fc.constantFrom('', ' ', '\n', '  '), fc.stringMatching(/^[a-z😀好]{1,5}$/u)), {
    maxLength: 6,
  })
  .map((words): MarkedText => {
    const entities: MarkedText['entities'][number][] = []
    let text = ''
    for (const [space, word] of words) {
      text += space
      entities.push({ type: 'url', offset: text.length, length: word.length })
      text += word
    }
    return { text, entities }
  })

const words = ({ text, entities }: MarkedText): string[] =>
  entities.map(({ offset, length }) => text.slice(offset, offset + length))

test('texts under one another keep what they mark', () => {
  fc.assert(
    fc.property(fc.array(marked, { minLength: 1 }), (texts) => {
      expect(words(joined(texts))).toEqual(texts.flatMap(words))
    }),
  )
})

test('what follows a command keeps what it marks', () => {
  fc.assert(
    fc.property(marked, fc.constantFrom(' ', '\n', '  '), (rest, space) => {
      const command = '/share'
      const shift = command.length + space.length
      const whole = {
        text: command + space + rest.text,
        entities: [
          { type: 'bot_command' as const, offset: 0, length: command.length },
          ...rest.entities.map((entity) => ({ ...entity, offset: entity.offset + shift })),
        ],
      }
      const left = after(command.length, whole)
      expect(words(left)).toEqual(words(rest))
      expect(left.text).toBe(rest.text.trimStart())
    }),
  )
})
