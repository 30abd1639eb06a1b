// Memory and time of a video of a gigabyte on its way through one Plaza process, and what of its upload is repeated after a kill.
import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../fleet/ports.mjs';
import { stopAll } from './children.mjs';
import { memoryMiB } from './memory.mjs';
import { connectByConsent } from './plaza-api.mjs';
import { makeDataFolder, startPlaza } from './plaza-process.mjs';

const MIB = 1024 * 1024;
const SMALL_BYTES = 4 * MIB;
const BIG_BYTES = 1024 * MIB;
/** In which YouTube's connector sends a video. */
const CHUNK_BYTES = 8 * MIB;
const SAMPLE_MS = 50;
/** How far an upload is when its process is killed. */
const KILLED_AFTER_CALLS = 60;
/** Beside what was under way when it was killed: questions to the session. */
const REPEATED_CALLS = 5;
const LONGEST_MS = 10 * 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line) => process.stdout.write(`${line}\n`);
const { folder: dataFolder } = makeDataFolder();
let port;
let plaza;
let key;

/** So many bytes that begin as an MP4 and hold one box, as a stream. */
function* video(size) {
  const head = Buffer.alloc(40);
  head.writeUInt32BE(24, 0);
  head.write('ftypisom', 4, 'latin1');
  head.write('isommp42', 16, 'latin1');
  // A box whose size takes 64 bits (ISO/IEC 14496-12, 4.2).
  head.writeUInt32BE(1, 24);
  head.write('mdat', 28, 'latin1');
  head.writeBigUInt64BE(BigInt(size - 24), 32);
  yield head;
  const piece = Buffer.alloc(MIB, 7);
  for (let left = size - head.length; left > 0; left -= piece.length) yield left >= piece.length ? piece : piece.subarray(0, left);
}

async function api(method, path, body) {
  const answer = await fetch(plaza.url + path, { method, headers: { 'x-access-key': key, prefer: 'wait=0', ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Runs something; resolves to how long it took and how much memory the process held at most meanwhile. */
async function measured(run) {
  const startedAt = performance.now();
  let [isOver, most] = [false, 0];
  const sampling = (async () => {
    for (; !isOver; await delay(SAMPLE_MS)) most = Math.max(most, memoryMiB([plaza.pid]));
  })();
  const result = await run().finally(() => (isOver = true));
  await sampling;
  return { result, seconds: (performance.now() - startedAt) / 1000, mib: most };
}

async function upload(size) {
  const { data } = await api('POST', '/v1/media/upload', { filename: 'video.mp4', mimeType: 'video/mp4', sizeBytes: size });
  const answer = await fetch(data.uploadUrl, { method: 'PUT', headers: { ...data.headers, 'content-length': String(size) }, body: Readable.toWeb(Readable.from(video(size))), duplex: 'half' });
  if (!answer.ok) throw new Error(`The upload was answered ${answer.status}: ${await answer.text()}`);
  return data.publicUrl;
}

const post = async (accountId, url, content) => (await api('POST', '/v1/posts', { content, platforms: [{ platform: 'youtube', accountId, platformSpecificData: { title: content } }], mediaItems: [{ type: 'video', url }] })).postId;

async function published(postId) {
  for (const giveUpAt = Date.now() + LONGEST_MS; Date.now() < giveUpAt; await delay(200)) {
    const [target] = (await api('GET', `/v1/posts/${postId}`)).post.platforms;
    if (target.state === 'published') return target;
    if (target.state === 'failed' || target.state === 'unconfirmed') throw new Error(`${target.state}: ${target.errorMessage}`);
  }
  throw new Error('The video was not published in time.');
}

const sandbox = async (path) => (await fetch(`${plaza.url}/sandbox/_/${path}`)).json();
/** Requests that carried bytes of the video. */
const chunks = async () => (await sandbox('requests?platform=youtube')).requests.filter(({ method, path }) => method === 'PUT' && path.startsWith('/upload/')).length;

const start = async () => startPlaza({ dataFolder, environment: { PORT: String(port) } });
const rows = [];
function note(what, { seconds, mib }, atRest) {
  rows.push([what, `${seconds.toFixed(1)} s`, `${Math.round(mib)} MiB`, (mib / atRest).toFixed(2)]);
  say(`${what}: ${seconds.toFixed(1)} s, at most ${Math.round(mib)} MiB, ${(mib / atRest).toFixed(2)} of what it is at rest`);
}

/** Kills Plaza in the middle of an upload and starts it again; resolves to how many chunks were sent in all, and how often the video is there. */
async function killed(accountId, url) {
  const before = await chunks();
  const postId = await post(accountId, url, 'Killed in the middle');
  let sent = 0;
  while (sent < KILLED_AFTER_CALLS) {
    await delay(20);
    sent = (await chunks()) - before;
  }
  process.kill(plaza.pid, 'SIGKILL');
  // The database stays up for a moment without its Plaza; the next start takes it over or starts it again.
  await delay(500);
  plaza = await start();
  await published(postId);
  const { entries } = await sandbox('ledger?platform=youtube');
  // The sandbox notes requests in memory only, so these are those since the start.
  return { calls: sent + (await chunks()), times: entries.filter(({ text }) => text.includes('Killed in the middle')).length };
}

try {
  spawnSync(process.execPath, ['tools/build.mjs', 'apps/standalone'], { cwd: root, stdio: 'inherit' });
  [port] = await freePorts(1);
  plaza = await start();
  key = plaza.key('test');
  const accountId = await connectByConsent(plaza.url, key, 'youtube', 'bench');
  const small = await upload(SMALL_BYTES);
  await published(await post(accountId, small, 'Warm'));
  await delay(3_000);
  const atRest = memoryMiB([plaza.pid]);
  say(`at rest, after a first small video: ${Math.round(atRest)} MiB`);
  note('4 MiB, fetched, checked and published', await measured(async () => published(await post(accountId, await upload(SMALL_BYTES), 'Small'))), atRest);
  const uploaded = await measured(() => upload(BIG_BYTES));
  note('1 GiB uploaded to Plaza', uploaded, atRest);
  note('1 GiB checked and published on YouTube', await measured(async () => published(await post(accountId, uploaded.result, 'Big'))), atRest);
  const { calls, times } = await killed(accountId, uploaded.result);
  say(`killed after ${KILLED_AFTER_CALLS} of ${BIG_BYTES / CHUNK_BYTES} chunks: ${calls} requests in all, published ${times} time(s)`);
  if (times !== 1 || calls > BIG_BYTES / CHUNK_BYTES + REPEATED_CALLS) process.exitCode = 1;
  say('\n| video | time | memory at most | of the memory at rest |\n| --- | --- | --- | --- |');
  for (const row of rows) say(`| ${row.join(' | ')} |`);
} finally {
  await stopAll();
}
