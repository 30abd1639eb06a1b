// What the sink says beyond counting, so that Plaza's connectors take it for their platform. Every contender gets the same answer to a POST.

/** The text of a job, which the sink finds in any body. */
export function textOf(run, job) {
  return `plaza-bench ${run}-${job}`;
}

/** A message as Discord gives it and a record's address as a Bluesky server does, in one. */
export const POST_ANSWER = JSON.stringify({ id: '1', channel_id: '2', uri: 'at://did:plc:bench/app.bsky.feed.post/3kbench', cid: 'bench' });

const YEAR_SECONDS = 365 * 24 * 60 * 60;
const WEBHOOK = /\/webhooks\/(\d+)\/[\w-]+$/;

/** A token of which only the expiry is ever read. */
function token() {
  const claims = Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + YEAR_SECONDS })).toString('base64url');
  return `bench.${claims}.bench`;
}

/** The answer to a call about an account, or undefined for one that publishes. */
export function accountAnswer({ method, url }, text) {
  if (url.endsWith('com.atproto.server.createSession')) {
    const { identifier } = JSON.parse(text);
    return { body: JSON.stringify({ did: `did:plc:${identifier.replaceAll('.', '')}`, handle: identifier, accessJwt: token(), refreshJwt: token() }) };
  }
  if (method !== 'GET') return undefined;
  const [, webhookId] = WEBHOOK.exec(url) ?? [];
  if (webhookId === undefined) return { status: 400, body: '{"error":"RecordNotFound"}' };
  return { body: JSON.stringify({ id: webhookId, type: 1, name: 'bench', channel_id: '2', guild_id: '3' }) };
}
