import { createSystemClock } from '#adapters/clock/system.ts'
import { createLocalDispatcher } from '#adapters/dispatchers/local/local.ts'
import { dispatcherContract } from '#test/contracts/dispatcher.ts'
import { quiet } from '#test/fixtures/quiet.ts'

dispatcherContract(async () => createLocalDispatcher({ clock: createSystemClock(), logger: quiet }))
