import type { SimulatedResponse } from '../../kit/simulator.ts';

/** `form-action *` because the form leads on to the callback of whatever app asked. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
};

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

export function page(status: number, title: string, content: string): SimulatedResponse {
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body style="font-family: system-ui; max-width: 32rem; margin: 3rem auto; line-height: 1.5">
<p><small>Plaza sandbox: this is not X.</small></p>
<h1>${escapeHtml(title)}</h1>
${content}
</body></html>
`;
  return { status, headers: HEADERS, body };
}

/** What X shows when an authorization request is not in order: the user stays here, because the callback cannot be trusted. */
export function brokenRequestPage(problem: string): SimulatedResponse {
  return page(
    400,
    'Something went wrong',
    `<p>You weren't able to give access to the App. Go back and try logging in again.</p><p>${escapeHtml(problem)}</p>`,
  );
}

/** The consent form: plain HTML, the request's own parameters as hidden fields. */
export function consentPage(action: string, query: URLSearchParams, account: string): SimulatedResponse {
  const hidden = [...query]
    .filter(([name]) => name !== 'account' && name !== 'decision')
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`);
  const scopes = (query.get('scope') ?? '').split(' ').map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`);
  return page(
    200,
    'Authorize app',
    `<p>The app <code>${escapeHtml(query.get('client_id') ?? '')}</code> wants to access your X account, and may:</p>
<ul>${scopes.join('')}</ul>
<form method="post" action="${escapeHtml(action)}">
${hidden.join('\n')}
<p><label>Account: <input type="text" name="account" value="${escapeHtml(account)}" maxlength="15"
 pattern="[A-Za-z0-9_]{1,15}" required></label></p>
<p><button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="deny">Deny</button></p>
</form>`,
  );
}
