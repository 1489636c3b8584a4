import { createSystemClock } from '#adapters/clock/system.ts'
import { createLocalRates } from '#adapters/rates/local.ts'
import { ratesContract } from '#test/contracts/rates.ts'

ratesContract(async () => createLocalRates({ clock: createSystemClock() }))
