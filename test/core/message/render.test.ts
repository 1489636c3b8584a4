import { describe, expect, test } from 'vitest'
import { CHANNELS } from '#core/address.ts'
import { renderFor } from '#core/message/render.ts'
import { CHINESE, LINK, messageOn, PHONE, RENDERING } from './sample.ts'

describe.each(CHANNELS)('on %s', (channel) => {
  const render = (over = {}) => renderFor(channel, messageOn(channel, over), RENDERING)

  test('the message names its channel and where it goes', () => {
    const message = messageOn(channel)
    expect(renderFor(channel, message, RENDERING).channel).toBe(channel)
    expect(JSON.stringify(render())).toContain(JSON.stringify(message.address.value))
  })

  test('the link is whole', () => {
    expect(JSON.stringify(render())).toContain(LINK)
    expect(JSON.stringify(render(CHINESE))).toContain(LINK)
  })

  test('the sender is named, unless the sender passes it on by hand', () => {
    expect(JSON.stringify(render()).includes('Ann Lee')).toBe(channel !== 'carry')
    expect(JSON.stringify(render(CHINESE)).includes('李安')).toBe(channel !== 'carry')
  })

  test('a number to call is shown as it is dialled', () => {
    expect(JSON.stringify(render({ target: PHONE }))).toContain('+861065001234,,7788#')
  })

  test('the same message is rendered the same twice', () => {
    expect(render()).toEqual(render())
  })
})
