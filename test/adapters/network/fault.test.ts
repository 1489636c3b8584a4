import { describe, expect, test } from 'vitest'
import { classifyNetworkFault } from '#adapters/network/fault.ts'

describe('a TLS fault', () => {
  test.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_BAD_RECORD_MAC'])(
    '%s is ours to mend while connecting; once the connection stood, the text may have been taken',
    (code) => {
      expect(classifyNetworkFault({ code, syscall: 'connect' }).kind).toBe('down')
      expect(classifyNetworkFault({ code }).kind).toBe('unknown')
      expect(classifyNetworkFault({ code, syscall: 'write' }).kind).toBe('unknown')
    },
  )
})
