import { expect } from 'vitest'
import { startLoad } from '#test/fixtures/load.ts'
import { closeBooks, type Scenario } from './scenario.ts'

const CONNECTIONS = 64
const KILLS = 4
/** Each kill comes so many redirects later in its load than the one before. */
const REDIRECTS = 250

/** A web process killed -9 again and again while 64 connections follow links. */
export const webKilled: Scenario = async (play) => {
  const { stage, answered, share } = await play.turn(async () => {
    const stage = await play.setStage({ roles: ['web', 'worker'], mailMs: 0 })
    const [web] = stage.fleet.webs
    const share = await stage.ledger.accept(200)
    const paths = share.deliveries.map(({ link }) => new URL(link).pathname)
    let answered = 0
    for (let kill = 1; kill <= KILLS; kill++) {
      const load = startLoad(web!.baseUrl, { connections: CONNECTIONS, paths })
      await load.untilAnswered(kill * REDIRECTS, 1_250 + 250 * kill)
      await web!.end('SIGKILL')
      const result = await load.result
      // A database that a busy machine makes slow is told of by 503.
      expect(result.otherStatus - result.unavailable).toBe(0)
      answered += result.answered
      await web!.start()
    }
    return { stage, answered, share }
  })
  await closeBooks(play, stage, {
    scenario: 'web killed -9 under load',
    visits: { shares: [share.id], answered, most: answered + KILLS * CONNECTIONS },
    note: `${KILLS} kills`,
  })
}
