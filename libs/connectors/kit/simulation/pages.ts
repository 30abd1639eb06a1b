import type { SimulatedResponse } from '../simulator.ts';

/** Everything that stands between tags or in a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

const STYLE = 'body{font:16px/1.5 system-ui;max-width:34rem;margin:3rem auto}button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem}';

/**
 * The policy allows nothing but the page's own style. `form-action` is left open: browsers apply it to every redirect that follows the
 * form, and those lead over the app's callback to wherever the app goes next.
 */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A page of a simulated website; `body` is HTML. */
export function page(status: number, title: string, body: string): SimulatedResponse {
  const heading = escapeHtml(title);
  const head = `<meta charset="utf-8"><title>${heading}</title><style>${STYLE}</style>`;
  const html = `<!doctype html><html lang="en"><head>${head}</head><body><h1>${heading}</h1>${body}</body></html>`;
  return { status, headers: HEADERS, body: html };
}

/** A published post as a page, for the links that publishing gives. */
export function postPage(title: string, text: string): SimulatedResponse {
  return page(200, title, `<blockquote style="white-space:pre-wrap">${escapeHtml(text)}</blockquote>`);
}

/** Asks for consent. The form comes back to its own address, so the request's query stays in it. */
export function consentPage(title: string, asked: { readonly clientId: string; readonly scopes: readonly string[]; readonly account: string; readonly accountPattern: string }): SimulatedResponse {
  const list = asked.scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  return page(
    200,
    title,
    `<p>The app <strong>${escapeHtml(asked.clientId)}</strong> asks for:</p><ul>${list}</ul>
<form method="post">
<p><label>Account <input name="account" value="${escapeHtml(asked.account)}" autocomplete="off" pattern="${escapeHtml(asked.accountPattern)}"></label></p>
<p><button name="decision" value="approve">Approve</button><button name="decision" value="deny">Deny</button></p></form>`,
  );
}
