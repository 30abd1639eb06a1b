import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** The page is a client of the two public routes beside it: it reads the choice, and sends it. Names are set as text, never as HTML. */
const SCRIPT = `
const base = location.pathname.replace(/\\/page\\/?$/, '');
const form = document.querySelector('form');
const list = document.querySelector('ul');
const note = document.querySelector('p');
const button = document.querySelector('button');
const say = (text) => { note.textContent = text; };
const chosen = () => [...form.querySelectorAll('input:checked')].map((box) => box.value);
const add = (account) => {
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: account.id });
  const name = Object.assign(document.createElement('strong'), { textContent: account.displayName ?? account.username ?? account.id });
  const kind = Object.assign(document.createElement('small'), { textContent: [account.type, account.username].filter(Boolean).join(' · ') });
  const label = document.createElement('label');
  label.append(box, name, kind);
  const item = document.createElement('li');
  item.append(label);
  list.append(item);
};
const load = async () => {
  const answer = await fetch(base);
  const body = await answer.json();
  if (!answer.ok) return say(body.message);
  body.accounts.forEach(add);
  say('Which accounts shall be connected?');
  form.hidden = false;
};
form.addEventListener('change', () => { button.disabled = chosen().length === 0; });
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const answer = await fetch(base, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ selectedAccountIds: chosen() }) });
  const body = await answer.json();
  if (answer.ok && body.redirectUri !== undefined) return location.assign(body.redirectUri);
  form.hidden = true;
  say(body.message + (answer.ok ? ' You can close this window.' : ''));
});
load().catch(() => say('Plaza cannot be reached. Reload the page to try again.'));
`;

const STYLE = `
body { font: 16px/1.5 system-ui; margin: 4rem auto; max-width: 32rem; padding: 0 1rem; color-scheme: light dark }
ul { list-style: none; padding: 0 }
label { display: flex; gap: .75rem; align-items: baseline; padding: .75rem 0; border-bottom: 1px solid #8884; cursor: pointer }
small { opacity: .7; margin-left: auto }
button { font: inherit; padding: .5rem 1.25rem; margin-top: 1rem }
`;

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Choose accounts</title><style>${STYLE}</style></head>
<body><h1>Choose accounts</h1><p role="status">Loading…</p><form hidden><ul></ul><button disabled>Connect</button></form>
<noscript><p>This page needs JavaScript.</p></noscript><script>${SCRIPT}</script></body></html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const HEADERS = {
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/** Nothing of the request or of the accounts is in the page itself. */
export function sendSelectionPage(reply: FastifyReply): void {
  void reply.code(200).headers(HEADERS).type('text/html; charset=utf-8').send(PAGE);
}
