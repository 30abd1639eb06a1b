import type { Simulator } from '@plaza/connectors/simulators';
import type { FastifyInstance } from 'fastify';

/** `GET /`: says what this is to whoever lands here with a browser. */
export function homePage(
  app: FastifyInstance,
  { simulators, publicUrl }: { readonly simulators: Iterable<Simulator>; readonly publicUrl: string },
): void {
  const rows = [...simulators].map(({ platform, hosts }) => {
    const addresses = hosts.map((host) => `<code>${escaped(`${publicUrl}/${platform}/${host}`)}</code>`);
    return `<li><b>${escaped(platform)}</b>: ${addresses.join(', ')}</li>`;
  });
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Plaza sandbox</title></head>
<body style="font-family: system-ui; max-width: 44rem; margin: 3rem auto; line-height: 1.5">
<h1>Plaza sandbox</h1>
<p>Simulated social platforms for tests and demos. Nothing that is published here reaches a real platform.</p>
<ul>
${rows.join('\n')}
</ul>
<p>What was published: <a href="${escaped(publicUrl)}/_/ledger">ledger</a>.
What was asked: <a href="${escaped(publicUrl)}/_/requests">requests</a>.
Switched faults: <a href="${escaped(publicUrl)}/_/faults">faults</a>.
Magic words such as <code>[[sandbox:drop_after]]</code> in the text of a post
switch a fault for that post. All of them are listed in <code>docs/sandbox.md</code>.</p>
</body></html>
`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  };
  app.get('/', (_request, reply) => reply.headers(headers).send(page));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
