/**
 * What pages do better with scripts: live status, recipients understood while typing, copying, the browser's
 * time zone, a link that is waited for. Every page works without it.
 */

const CHECK_DELAY_MS = 500
const REFRESH_DELAY_MS = 250
/** As what answers 503 asks for. */
const AGAIN_MS = 5_000
const POLL_MS = 2_000

useBrowserZone()
for (const form of document.querySelectorAll('form[data-share]')) checkWhileTyping(form)
for (const notes of document.querySelectorAll('[data-canned]')) fillInNotes(notes)
const feed = document.querySelector('[data-events]')
if (feed) followEvents(feed.dataset)
const awaited = document.querySelector('[data-poll]')
if (awaited) pollState(awaited.dataset.poll)
for (const clock of document.querySelectorAll('[data-until]')) countDown(clock)
showCopyButtons(document)
document.addEventListener('click', onClick)
document.addEventListener('submit', sendOnce)

/** Notes the browser's time zone for the pages to come; on this one the form's clock is set by it. */
function useBrowserZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!zone) return
  const secure = location.protocol === 'https:' ? '; secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
  document.cookie = `passalong.zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`
  const field = document.querySelector('input[data-zone]')
  if (field?.value !== 'UTC') return
  field.value = zone
  const name = document.querySelector('[data-zone-name]')
  if (name) name.textContent = zone
}

/** Shows who is understood, and how it goes out, as soon as typing pauses. */
function checkWhileTyping(form) {
  const summary = form.querySelector('[data-summary]')
  let timer = 0
  let running = new AbortController()
  form.addEventListener('input', (event) => {
    if (!['to', 'pick', 'url'].includes(event.target.name)) return
    clearTimeout(timer)
    timer = setTimeout(check, CHECK_DELAY_MS)
  })

  async function check() {
    running.abort()
    running = new AbortController()
    const body = new URLSearchParams(new FormData(form))
    try {
      const answer = await fetch('/share/check', { method: 'POST', body, signal: running.signal })
      if (answer.ok) summary.innerHTML = await answer.text()
    } catch {
      // Typing went on, or the network is away: Check and Send still ask the server.
    }
  }
}

/** A canned note lands in the note's box, where it can be changed, unless something was typed there. */
function fillInNotes(notes) {
  const box = notes.form?.elements.note ?? notes.closest('form').elements.note
  notes.addEventListener('change', (event) => {
    const known = [...notes.querySelectorAll('input')].map((input) => input.value)
    if (box.value.trim() !== '' && !known.includes(box.value)) return
    box.value = event.target.value
  })
  box.addEventListener('input', () => {
    for (const input of notes.querySelectorAll('input:checked'))
      input.checked = input.value === box.value
  })
}

/** Fetches the page again whenever the share changes, and swaps in what lives. */
function followEvents({ events, revision }) {
  let shown = revision
  let timer = 0
  let source
  listen()
  addEventListener('pagehide', () => {
    clearTimeout(timer)
    source.close()
  })

  function listen() {
    source = new EventSource(events)
    source.addEventListener('status', (event) => {
      if (event.data === shown) return
      clearTimeout(timer)
      timer = setTimeout(show, REFRESH_DELAY_MS, event.data)
    })
    // Answered by anything but a stream, as in an outage, a browser gives up for good.
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(listen, AGAIN_MS)
    })
  }

  async function show(wanted) {
    if (await refresh()) shown = wanted
    else timer = setTimeout(show, AGAIN_MS, wanted)
  }
}

/** Asks until the link stands otherwise than when the page was drawn: linked, or no longer waited for. */
function pollState(address) {
  setTimeout(async () => {
    const state = await stateAt(address)
    if (state === undefined || state === 'agreed') return pollState(address)
    if (!(await refresh())) location.reload()
  }, POLL_MS)
}

/** Undefined where the server does not say, or nobody looks at the page. */
async function stateAt(address) {
  if (document.hidden) return undefined
  const answer = await fetch(address).catch(() => null)
  return answer?.ok ? (await answer.json()).state : undefined
}

/** Minutes and seconds until then, by this machine's clock. */
function countDown(clock) {
  const end = Number(clock.dataset.until)
  clock.hidden = false
  const timer = setInterval(show, 1_000)
  show()

  function show() {
    const left = Math.max(0, Math.round((end - Date.now()) / 1_000))
    clock.textContent = `(${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')})`
    if (left === 0 || !clock.isConnected) clearInterval(timer)
  }
}

/** False where the server does not give the page at the moment. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { 'x-refresh': '1' } }).catch(() => null)
  if (!answer?.ok) return false
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  document.title = fresh.title
  const before = document.querySelectorAll('[data-live]')
  const after = fresh.querySelectorAll('[data-live]')
  if (before.length !== after.length) return true
  before.forEach((part, i) => {
    if (!inUse(part)) swap(part, after[i])
  })
  return true
}

/** Somebody types or chooses there: it is left alone until the next change. */
function inUse(part) {
  const active = document.activeElement
  return part.contains(active) && active.matches('input:not([readonly]), textarea, select')
}

/** Takes the new content over; what was opened or focused stays so. */
function swap(part, fresh) {
  const open = [...part.querySelectorAll('details')].map((details) => details.open)
  const focusable = 'a, button, summary, input'
  const focused = [...part.querySelectorAll(focusable)].indexOf(document.activeElement)
  part.replaceChildren(...fresh.childNodes)
  const opened = part.querySelectorAll('details')
  if (opened.length === open.length) {
    opened.forEach((details, i) => {
      details.open = open[i]
    })
  }
  if (focused >= 0) part.querySelectorAll(focusable)[focused]?.focus()
  showCopyButtons(part)
}

function showCopyButtons(root) {
  if (!navigator.clipboard) return
  for (const button of root.querySelectorAll('[data-copy]')) button.hidden = false
}

function onClick(event) {
  const copy = event.target.closest('[data-copy]')
  if (copy) copyFrom(copy)
  const leave = event.target.closest('[data-leave]')
  if (leave) leaveWindow(event, leave)
}

async function copyFrom(button) {
  const source = button.parentElement.querySelector('[data-copy-source]')
  source.select()
  await navigator.clipboard.writeText(source.value)
  button.textContent = button.dataset.copied
}

/** In the small window of share.js, Done and Cancel close it; the page that opened it is told. */
function leaveWindow(event, link) {
  if (!window.opener || window.name !== 'passalong') return
  event.preventDefault()
  const { origin } = new URL(link.href)
  window.opener.postMessage({ passalong: 'done' }, origin)
  window.close()
}

/** A second press while the first is on its way sends nothing. */
function sendOnce(event) {
  const form = event.target
  if (form.method !== 'post') return
  if (form.dataset.sent) {
    event.preventDefault()
    return
  }
  form.dataset.sent = 'yes'
  addEventListener('pageshow', () => delete form.dataset.sent, { once: true })
}
