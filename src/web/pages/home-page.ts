import type { ShareSummary } from '#ports/store/shares.ts'
import { inputField } from './fields.ts'
import { type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import { shareList } from './shares-page.ts'
import type { PageView } from './view.ts'

/** For the signed-in: a box to paste into, and the last shares. */
export function homePage(
  view: PageView,
  last: readonly ShareSummary[],
  flash: string | undefined,
): string {
  const t = view.texts
  return page(view, {
    title: t('web.appName'),
    body: html`${flash && banner('done', flash)}<section class="hero">
<h1>${t('web.home.title')}</h1>
<form method="get" action="/share" class="paste">
${inputField({
  name: 'url',
  label: t('web.home.paste'),
  placeholder: 'https://',
  autocomplete: 'off',
  inputmode: 'url',
  maxlength: 4000,
  required: true,
  autofocus: true,
})}
${inputField({
  name: 'to',
  label: t('web.home.to'),
  placeholder: 'bob@example.org, +86 138 0013 8000, #family',
  autocomplete: 'off',
  maxlength: 4000,
  hint: t('web.home.pasteHint'),
})}
<button class="primary">${t('web.home.go')}</button>
</form>
</section>
<section>
<div class="heading"><h2>${t('web.home.last')}</h2>${last.length > 0 && html`<a href="/shares">${t('web.home.all')}</a>`}</div>
${last.length > 0 ? shareList(view, last) : html`<p class="empty">${t('web.home.none')}</p>`}
</section>
${fromAnywhere(view)}`,
  })
}

/** The bookmarklet and the share button: sharing without coming here first. */
function fromAnywhere(view: PageView): Html {
  const t = view.texts
  return html`<section>
<details><summary>${t('web.home.anywhere')}</summary>
<p>${t('web.home.bookmarklet')} <a class="button" href="${bookmarklet(view.baseUrl)}">${t('web.home.bookmarkletName')}</a></p>
<p>${t('web.home.button')}</p>
<pre><code>${`<script src="${view.baseUrl}/share.js" async></script>\n<button data-passalong>${t('web.home.bookmarkletName')}</button>`}</code></pre>
</details>
</section>`
}

function bookmarklet(baseUrl: string): string {
  const script = `(()=>{const e=encodeURIComponent,h=e(location.href);window.open(${JSON.stringify(`${baseUrl}/share?url=`)}+h+'&title='+e(document.title)+'&return='+h,'passalong','width=520,height=760')})()`
  return `javascript:${encodeURI(script)}`
}

/** For everybody else: what this is, and the way in. */
export function welcomePage(view: PageView, hasAccounts: boolean): string {
  const t = view.texts
  return page(view, {
    title: t('web.appName'),
    body: html`<section class="hero welcome">
<h1>${t('web.welcome.title')}</h1>
<p class="lead">${t('web.welcome.lead')}</p>
${
  hasAccounts
    ? html`<p class="actions"><a class="button primary" href="/sign-in">${t('web.signIn')}</a>${
        view.signUp === 'open' &&
        html`<a class="button" href="/register">${t('web.signIn.register')}</a>`
      }</p>`
    : html`<p class="empty">${t('web.welcome.first')}</p>`
}
</section>
<ol class="points">
<li><h2>${t('web.welcome.point1')}</h2><p>${t('web.welcome.point1Body')}</p></li>
<li><h2>${t('web.welcome.point2')}</h2><p>${t('web.welcome.point2Body')}</p></li>
<li><h2>${t('web.welcome.point3')}</h2><p>${t('web.welcome.point3Body')}</p></li>
</ol>`,
  })
}
