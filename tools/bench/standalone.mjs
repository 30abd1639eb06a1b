// Start time, memory and throughput of one Plaza process, with ratios against a baseline run beside it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, chmodSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const minutes = Number(process.argv.includes('--minutes') ? process.argv[process.argv.indexOf('--minutes') + 1] : 10);
const dataFolder = mkdtempSync(join(tmpdir(), 'plaza-bench-'));
chmodSync(dataFolder, 0o755);
const say = (line) => process.stdout.write(`${line}\n`);
const round = (value, digits = 2) => Math.round(value * 10 ** digits) / 10 ** digits;

spawnSync(process.execPath, ['tools/build.mjs', 'apps/standalone'], { cwd: root, stdio: 'inherit' });

/** Starts Plaza through the same script as `npm start`; resolves once it has answered a request. */
async function start() {
  const at = performance.now();
  const child = spawn(process.execPath, ['--max-old-space-size=192', 'tools/start.mjs'], {
    cwd: root,
    env: { PATH: process.env.PATH, PLAZA_DATA: dataFolder, PORT: '0', PLAZA_LOG_LEVEL: 'error', PLAZA_RATE_LIMIT_PER_MINUTE: '1000000' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const url = await new Promise((ready, failed) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (/^data /m.test(output)) ready(/^Plaza +(\S+)/m.exec(output)[1]);
    });
    child.once('exit', (code) => failed(new Error(`Plaza ended with ${code}: ${output}`)));
  });
  await fetch(`${url}/v1/health`);
  return { child, url, output: () => output, seconds: (performance.now() - at) / 1000 };
}

async function stop({ child }) {
  child.removeAllListeners('exit');
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

/** Proportional set size of Plaza and its database together, in MiB: shared pages count once. */
function memoryMiB(plazaPid) {
  const postmaster = Number(readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(pid), Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const ours = [...parents].filter(([pid, parent]) => pid === plazaPid || pid === postmaster || parent === postmaster).map(([pid]) => pid);
  let kib = 0;
  for (const pid of ours) {
    try {
      kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return kib / 1024;
}

async function connectAccount(url, key, account) {
  const headers = { 'x-access-key': key };
  const started = await (await fetch(`${url}/v1/connect/twitter?redirectUri=http://127.0.0.1:9/done`, { headers })).json();
  const page = new URL(started.url);
  const fields = new URLSearchParams([...page.searchParams, ['decision', 'approve'], ['account', account]]);
  const back = await fetch(page.origin + page.pathname, { method: 'POST', body: fields, redirect: 'manual' });
  const done = await fetch(back.headers.get('location'), { redirect: 'manual' });
  return new URL(done.headers.get('location')).searchParams.get('integrationId');
}

const post = (key, body) => ({
  method: 'POST',
  path: '/v1/posts',
  headers: { 'x-access-key': key, 'content-type': 'application/json', prefer: 'wait=0' },
  body: JSON.stringify(body),
});

const results = [];
const note = (name, value, aim) => {
  results.push([name, value, aim]);
  say(`${name}: ${value}${aim === '' ? '' : ` (aim: ${aim})`}`);
};

try {
  const first = await start();
  note('start to first answer, first', `${round(first.seconds)} s`, '');
  const key = /^test key +(\S+)/m.exec(first.output())[1];
  await stop(first);
  const warm = [];
  for (let times = 0; times < 5; times += 1) {
    const plaza = await start();
    warm.push(plaza.seconds);
    if (times < 4) await stop(plaza);
    else {
      await measure(plaza, key);
      await stop(plaza);
    }
  }
  warm.sort((a, b) => a - b);
  note('start to first answer, warm (median of 5)', `${round(warm[2])} s`, '3 s');
} finally {
  rmSync(dataFolder, { recursive: true, force: true });
}
say('\n| figure | value | aim |\n| --- | --- | --- |');
for (const row of results) say(`| ${row.join(' | ')} |`);

async function measure(plaza, key) {
  const { url } = plaza;
  await delay(3_000);
  note('memory of all processes at rest', `${round(memoryMiB(plaza.child.pid), 0)} MiB`, '350 MiB');
  const accounts = [];
  for (let index = 0; index < 20; index += 1) accounts.push(await connectAccount(url, key, `bench${index}`));
  await throughput(plaza, key, accounts[0]);
  const before = memoryMiB(plaza.child.pid);
  await load({ origin: url, count: 10_000, concurrency: 16, request: (index) => post(key, { content: `Bench ${index}`, platforms: [{ platform: 'twitter', accountId: accounts[index % 20] }] }) });
  await settled(url, key);
  note('memory after 10,000 published posts', `${round(memoryMiB(plaza.child.pid), 0)} MiB`, '350 MiB');
  say(`(before them ${round(before, 0)} MiB)`);
  const samples = [];
  const end = Date.now() + minutes * 60_000;
  for (let index = 0; Date.now() < end; index += 300) {
    const base = index;
    await load({ origin: url, count: 300, concurrency: 4, request: (at) => post(key, { content: `Steady ${base + at} ${end}`, platforms: [{ platform: 'twitter', accountId: accounts[at % 20] }] }) });
    await delay(5_000);
    samples.push(memoryMiB(plaza.child.pid));
  }
  if (samples.length > 2) {
    const third = Math.max(1, Math.floor(samples.length / 3));
    const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
    note(`memory over ${minutes} minutes of load, first third to last third`, `${round(mean(samples.slice(0, third)), 0)} → ${round(mean(samples.slice(-third)), 0)} MiB`, 'flat');
  }
}

/** Waits until nothing is on its way any more. */
async function settled(url, key) {
  for (;;) {
    const { total } = await (await fetch(`${url}/v1/posts?status=publishing&limit=1`, { headers: { 'x-access-key': key } })).json();
    if (total === 0) return;
    await delay(500);
  }
}

/** Alternated rounds against the baseline, on the same database. */
async function throughput(plaza, key, accountId) {
  const password = readFileSync(join(dataFolder, 'postgres.password'), 'utf8').trim();
  const port = readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  const database = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const projectId = '00000000-0000-7000-8000-000000000000';
  const baseline = spawn(process.execPath, [fileURLToPath(new URL('baseline.mjs', import.meta.url)), database, projectId, accountId], { stdio: ['pipe', 'pipe', 'inherit'] });
  const basePort = await new Promise((ready) => baseline.stdout.on('data', (chunk) => ready(/listening (\d+)/.exec(chunk)[1])));
  const body = { content: 'Scheduled far ahead', platforms: [{ platform: 'twitter', accountId }], scheduledFor: new Date(Date.now() + 86_400_000).toISOString() };
  const rounds = [];
  for (let times = 0; times < 6; times += 1) {
    const ours = await load({ origin: plaza.url, count: 2_000, concurrency: 16, request: () => post(key, body) });
    const bare = await load({ origin: `http://127.0.0.1:${basePort}`, count: 2_000, concurrency: 16, request: () => post(key, body) });
    if (times > 0) rounds.push({ ratio: ours.perSecond / bare.perSecond, ours, bare });
  }
  baseline.stdin.end();
  rounds.sort((a, b) => a.ratio - b.ratio);
  const { ours, bare, ratio } = rounds[2];
  note('POST /v1/posts against bare Fastify (median of 5 rounds)', `${round(ratio)} (${round(rounds[0].ratio)} to ${round(rounds[4].ratio)})`, '0.5');
  say(`(${round(ours.perSecond, 0)}/s, p50 ${round(ours.p50)} ms, p99 ${round(ours.p99)} ms; bare ${round(bare.perSecond, 0)}/s, p50 ${round(bare.p50)} ms)`);
}
