import { expect, test } from 'vitest'
import { createSmsKannelChannel } from '#adapters/channels/sms-kannel/sms-kannel.ts'
import { createWapPushChannel } from '#adapters/channels/wap-push/wap-push.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { messageOn } from '../../../core/message/sample.ts'

test.each([['+8610690'], [null]])(
  'pushes share the rate of the sender that texts go out from: %s',
  (from) => {
    const common = {
      username: 'share',
      password: () => 'secret',
      from,
      ratePerSecond: 5,
      callbackUrl: 'https://share.example.net',
      callbackSecret: 'hook',
    }
    const deps = { logger: quiet }
    const pushes = createWapPushChannel({ ...common, ppgUrl: 'http://127.0.0.1:1/' }, deps)
    const texts = createSmsKannelChannel(
      { ...common, sendsmsUrl: 'http://127.0.0.1:1/', region: undefined },
      deps,
    )
    const { address } = messageOn('sms')
    const [push] = pushes.buckets(address, 2, pushes.connections[0]!.connection)
    const [text] = texts.buckets(address, 2, texts.connections[0]!.connection)
    expect(push).toEqual(text)
  },
)
