/**
 * The share button for any page:
 *
 *     <script src="https://pass.example.org/share.js" async></script>
 *     <button data-passalong>Share</button>
 *
 * `data-passalong` may hold what to share, a web address or `tel:…`; else it is the page itself.
 * `data-passalong-title` gives it a title. `data-passalong-look` asks for a small default look, which any rule
 * of the page overrides. Elements may come later than this script.
 */
;(() => {
  const script = document.currentScript ?? document.querySelector('script[src*="/share.js"]')
  const base = new URL('.', script.src)
  const SELECTOR = '[data-passalong]'
  const NATIVE = 'button, a[href], input, summary'
  let popup = null
  let opener = null

  document.addEventListener('click', (event) => share(event))
  document.addEventListener('keydown', (event) => {
    const target = targetOf(event)
    const pressed = event.key === 'Enter' || event.key === ' '
    if (target && pressed && !target.matches(NATIVE)) share(event)
  })
  addEventListener('message', finish)
  addLook()
  makePressable(document)
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof Element) makePressable(node)
    }
  }).observe(document, { childList: true, subtree: true })

  function targetOf(event) {
    const path = event.composedPath().filter((node) => node instanceof Element)
    return path.find((element) => element.matches(SELECTOR))
  }

  function share(event) {
    const target = targetOf(event)
    if (!target || event.defaultPrevented) return
    event.preventDefault()
    const address = shareAddress(target)
    opener = target
    popup = open(address, 'passalong', features(520, 760))
    if (!popup) location.assign(address)
  }

  function shareAddress(target) {
    const address = new URL('share', base)
    const own = target.getAttribute('data-passalong').trim()
    const title = target.getAttribute('data-passalong-title') ?? (own ? '' : document.title)
    address.searchParams.set('url', own ? absolute(own) : canonical())
    if (title) address.searchParams.set('title', title.slice(0, 300))
    address.searchParams.set('return', location.href)
    return address.href
  }

  function absolute(value) {
    return /^tel:/i.test(value) || !URL.canParse(value, document.baseURI)
      ? value
      : new URL(value, document.baseURI).href
  }

  function canonical() {
    return document.querySelector('link[rel~="canonical"][href]')?.href || location.href
  }

  function features(width, height) {
    const left = Math.max(0, Math.round(screenX + (outerWidth - width) / 2))
    const top = Math.max(0, Math.round(screenY + (outerHeight - height) / 3))
    return `popup,width=${width},height=${height},left=${left},top=${top}`
  }

  /** The window says that it is done; nobody else is believed. */
  function finish(event) {
    if (!popup || event.source !== popup || event.origin !== base.origin) return
    if (event.data?.passalong !== 'done') return
    popup.close()
    popup = null
    opener?.focus()
    opener?.dispatchEvent(new CustomEvent('passalong:done', { bubbles: true }))
  }

  /** What is no button by nature becomes one for keyboards and screen readers. */
  function makePressable(root) {
    const found = [...root.querySelectorAll(SELECTOR)]
    if (root instanceof Element && root.matches(SELECTOR)) found.push(root)
    for (const element of found) {
      if (element.matches(NATIVE)) continue
      if (!element.hasAttribute('role')) element.setAttribute('role', 'button')
      if (!element.hasAttribute('tabindex')) element.setAttribute('tabindex', '0')
    }
  }

  function addLook() {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`:where([data-passalong-look]) {
      font: inherit; padding: 0.45em 1em; border: 1px solid #0b6b62; border-radius: 0.5em;
      background: #0b6b62; color: #fff; cursor: pointer; text-decoration: none; }
    :where([data-passalong-look]:focus-visible) { outline: 3px solid #5fd6c6; outline-offset: 2px; }`)
    document.adoptedStyleSheets.push(sheet)
  }
})()
