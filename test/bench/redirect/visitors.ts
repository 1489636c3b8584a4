/** Browsers as they are met, none of them a robot. */
const SYSTEMS = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'X11; Linux x86_64',
  'Linux; Android 10; K',
]

export function browserAgents(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const system = SYSTEMS[i % SYSTEMS.length]
    const version = 90 + Math.floor(i / SYSTEMS.length)
    return i % 3 === 0
      ? `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`
      : `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`
  })
}

export function clientAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `198.18.${i >> 8}.${i & 255}`)
}
