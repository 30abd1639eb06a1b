// Requests to Plaza's API in the form that load() takes.
import { setTimeout as delay } from 'node:timers/promises';
import { consent } from '../../apps/standalone/src/plaza-process.spec-support.ts';

const json = (key) => ({ 'x-access-key': key, 'content-type': 'application/json' });

/** `POST /v1/posts` that does not wait for the outcome. */
export const createPost = (key, body) => ({ method: 'POST', path: '/v1/posts', headers: { ...json(key), prefer: 'wait=0' }, body: JSON.stringify(body) });

export const connectWithCredentials = (key, platform, credentials) => ({
  method: 'POST',
  path: `/v1/connect/${platform}/credentials`,
  headers: json(key),
  body: JSON.stringify({ credentials }),
});

/** Connects a simulated account through the consent page of the sandbox; resolves to its id. */
export async function connectByConsent(url, key, platform, account) {
  const started = await (await fetch(`${url}/v1/connect/${platform}?redirectUri=http://127.0.0.1:9/done`, { headers: { 'x-access-key': key } })).json();
  return new URL(await consent(started.url, 'approve', account)).searchParams.get('integrationId');
}

export const listAccounts = (key) => ({ method: 'GET', path: '/api/v1/accounts', headers: { authorization: `Bearer ${key}` } });

/** How many posts have a status. */
export async function countPosts(url, key, status) {
  const answer = await fetch(`${url}/v1/posts?status=${status}&limit=1`, { headers: { 'x-access-key': key } });
  return (await answer.json()).total;
}

/** Waits until nothing is on its way any more. */
export async function settled(url, key, timeoutMs = 600_000) {
  for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; await delay(500)) if ((await countPosts(url, key, 'publishing')) === 0) return;
  throw new Error(`After ${timeoutMs / 1000} s posts are still on their way.`);
}
