const PROVIDERS = [
  ...[
    'gmail.com',
    'googlemail.com',
    'hotmail.com',
    'outlook.com',
    'live.com',
    'msn.com',
    'yahoo.com',
  ],
  ...['icloud.com', 'me.com', 'aol.com', 'protonmail.com', 'proton.me', 'fastmail.com', 'zoho.com'],
  ...[
    'qq.com',
    '163.com',
    '126.com',
    'foxmail.com',
    'sina.com',
    'sina.cn',
    'sohu.com',
    'aliyun.com',
    '139.com',
  ],
  ...[
    '189.cn',
    'yeah.net',
    'tom.com',
    'gmx.de',
    'gmx.net',
    'web.de',
    't-online.de',
    'yandex.ru',
    'mail.ru',
  ],
  ...[
    'naver.com',
    'hanmail.net',
    'daum.net',
    'comcast.net',
    'verizon.net',
    'orange.fr',
    'laposte.net',
    'libero.it',
  ],
]
/** Providers of their own that are one letter away from a bigger one. */
const NEIGHBOURS = new Set([
  'mail.com',
  'email.com',
  'ymail.com',
  'rocketmail.com',
  'gmx.com',
  'hotmail.co',
  'qmail.com',
])
/** Endings that do not exist and are typed for `com`. */
const NO_ENDINGS = new Set([
  'con',
  'cmo',
  'comm',
  'ocm',
  'vom',
  'xom',
  'c0m',
  'conm',
  'coom',
  'cpm',
  'coml',
  'ccom',
])
/** Endings that exist, but where the big providers are not. */
const DOUBTFUL_ENDINGS = new Set([...NO_ENDINGS, 'co', 'cm', 'om', 'cn.com', 'com.com'])

/** Providers' names shorter than this are one letter away from too many others. */
const SHORTEST_COMPARED = 5

/** The domain that was probably meant, or undefined where this one looks right. Lower-case ASCII. */
export function likelyDomain(domain: string): string | undefined {
  if (PROVIDERS.includes(domain) || NEIGHBOURS.has(domain)) return undefined
  const [name, ending] = cut(domain)
  const provider = PROVIDERS.find((candidate) => isSlipOf(name, ending, candidate))
  if (provider) return provider
  return NO_ENDINGS.has(ending) ? `${name}.com` : undefined
}

function isSlipOf(name: string, ending: string, provider: string): boolean {
  const [providerName, providerEnding] = cut(provider)
  const sameEnding = ending === providerEnding
  const slippedEnding = providerEnding === 'com' && DOUBTFUL_ENDINGS.has(ending)
  if (name === providerName) return slippedEnding
  const comparable = providerName.length >= SHORTEST_COMPARED
  return comparable && (sameEnding || slippedEnding) && isOneSlip(name, providerName)
}

function cut(domain: string): [name: string, ending: string] {
  const dot = domain.indexOf('.')
  return [domain.slice(0, dot), domain.slice(dot + 1)]
}

/** Whether one letter was left out, put in, mistaken, or two neighbours swapped. */
function isOneSlip(typed: string, meant: string): boolean {
  if (typed === meant || Math.abs(typed.length - meant.length) > 1) return false
  let head = 0
  while (head < typed.length && typed[head] === meant[head]) head++
  const rest = typed.slice(head)
  const wanted = meant.slice(head)
  if (typed.length > meant.length) return rest.slice(1) === wanted
  if (typed.length < meant.length) return rest === wanted.slice(1)
  if (rest.slice(1) === wanted.slice(1)) return true
  return rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2)
}
