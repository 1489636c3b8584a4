import { randomBytes } from 'node:crypto'
import type { Engine } from '#engine/engine.ts'
import type { Terminals } from '#ports/terminals.ts'
import type { WebChat } from '#web/deps.ts'
import { type Config, loopbackAddress } from '../config.ts'
import { conversationSettings } from './conversation.ts'
import type { Ground } from './ground.ts'

/** The conversation in terminals, loaded when the first one opens. */
export function createLateTerminals(config: Config, ground: Ground, engine: Engine): Terminals {
  let loading: Promise<Terminals> | undefined
  let closed = false

  async function load(): Promise<Terminals> {
    const [{ createConsoleBot }, { createConversation }] = await Promise.all([
      import('#bots/console/console-bot.ts'),
      import('#conversation/conversation.ts'),
    ])
    const { clock, logger, store } = ground
    const settings = conversationSettings(config)
    const terminals = createConsoleBot({
      engine,
      conversations: store.conversations,
      converse: (parts) => createConversation({ ...parts, clock, logger, settings }),
      clock,
      logger,
      randomBytes,
    })
    if (closed) terminals.close()
    return terminals
  }

  const loaded = (): Promise<Terminals> => {
    loading ??= load()
    return loading
  }
  return {
    enter: async (terminal, input) => (await loaded()).enter(terminal, input),
    news: async (terminal, request) => (await loaded()).news(terminal, request),
    close() {
      closed = true
      void loading?.then((terminals) => terminals.close())
    },
  }
}

/** What pages say of terminals, where who reads them may well sit at the machine that holds the data. */
export function terminalPages(config: Config): readonly WebChat[] {
  if (!config.embedded || !loopbackAddress(config)) return []
  return [{ platform: 'console', startUrl: () => null, writeCommand: (command) => `/${command}` }]
}
