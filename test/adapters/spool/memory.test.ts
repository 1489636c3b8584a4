import { createMemorySpool } from '#adapters/spool/memory.ts'
import { spoolContract } from '#test/contracts/spool.ts'

spoolContract(async () => createMemorySpool())
