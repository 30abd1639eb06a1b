// Start time, memory and throughput of one Plaza process, with ratios against a baseline run beside it.
import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { alternate, startBaseline } from './against-baseline.mjs';
import { stopAll } from './children.mjs';
import { load } from './load.mjs';
import { memoryMiB, withChildren } from './memory.mjs';
import { connectWithCredentials, createPost, settled } from './plaza-api.mjs';
import { databaseOf, makeDataFolder, startPlaza } from './plaza-process.mjs';

/** Without a budget that so many posts would use up. */
const PLATFORM = 'discord';
const root = fileURLToPath(new URL('../..', import.meta.url));
const minutes = Number(process.argv.includes('--minutes') ? process.argv[process.argv.indexOf('--minutes') + 1] : 10);
const { folder: dataFolder } = makeDataFolder();
const say = (line) => process.stdout.write(`${line}\n`);
const round = (value, digits = 2) => Math.round(value * 10 ** digits) / 10 ** digits;

spawnSync(process.execPath, ['tools/build.mjs', 'apps/standalone'], { cwd: root, stdio: 'inherit' });

const start = () => startPlaza({ dataFolder });
const memory = ({ pid }) => memoryMiB([pid, ...withChildren(databaseOf(dataFolder).pid)]);

const results = [];
const note = (name, value, aim) => {
  results.push([name, value, aim]);
  say(`${name}: ${value}${aim === '' ? '' : ` (aim: ${aim})`}`);
};

try {
  const first = await start();
  note('start to first answer, first', `${round(first.seconds)} s`, '');
  const key = first.key('test');
  await first.stop();
  const warm = [];
  for (let times = 0; times < 5; times += 1) {
    const plaza = await start();
    warm.push(plaza.seconds);
    if (times < 4) await plaza.stop();
    else {
      await measure(plaza, key);
      await plaza.stop();
    }
  }
  warm.sort((a, b) => a - b);
  note('start to first answer, warm (median of 5)', `${round(warm[2])} s`, '3 s');
} finally {
  await stopAll();
}
say('\n| figure | value | aim |\n| --- | --- | --- |');
for (const row of results) say(`| ${row.join(' | ')} |`);

async function measure(plaza, key) {
  const { url } = plaza;
  await delay(3_000);
  note('memory of all processes at rest', `${round(memory(plaza), 0)} MiB`, '350 MiB');
  const accounts = [];
  const connecting = (index) => connectWithCredentials(key, PLATFORM, { webhookUrl: `https://discord.com/api/webhooks/${5_000 + index}/${'b'.repeat(68)}` });
  const answered = (text) => accounts.push(JSON.parse(text).integration.id);
  await load({ origin: url, count: 20, concurrency: 1, request: connecting, answered });
  await throughput(plaza, key, accounts[0]);
  const before = memory(plaza);
  await load({ origin: url, count: 10_000, concurrency: 16, request: (index) => createPost(key, { content: `Bench ${index}`, platforms: [{ platform: PLATFORM, accountId: accounts[index % 20] }] }) });
  await settled(url, key);
  note('memory after 10,000 published posts', `${round(memory(plaza), 0)} MiB`, '350 MiB');
  say(`(before them ${round(before, 0)} MiB)`);
  const samples = [];
  const end = Date.now() + minutes * 60_000;
  for (let index = 0; Date.now() < end; index += 300) {
    const base = index;
    await load({ origin: url, count: 300, concurrency: 4, request: (at) => createPost(key, { content: `Steady ${base + at} ${end}`, platforms: [{ platform: PLATFORM, accountId: accounts[at % 20] }] }) });
    await delay(5_000);
    samples.push(memory(plaza));
  }
  if (samples.length > 2) {
    const third = Math.max(1, Math.floor(samples.length / 3));
    const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
    note(`memory over ${minutes} minutes of load, first third to last third`, `${round(mean(samples.slice(0, third)), 0)} → ${round(mean(samples.slice(-third)), 0)} MiB`, 'flat');
  }
}

/** Alternated rounds against the baseline, on the same database. */
async function throughput(plaza, key, accountId) {
  const baseline = await startBaseline(databaseOf(dataFolder).url, accountId);
  const body = { content: 'Scheduled far ahead', platforms: [{ platform: PLATFORM, accountId }], scheduledFor: new Date(Date.now() + 86_400_000).toISOString() };
  const rounds = await alternate({ plazaUrl: plaza.url, baselineUrl: baseline.url, request: () => createPost(key, body), rounds: 5, count: 2_000 });
  await baseline.stop();
  rounds.sort((a, b) => a.ratio - b.ratio);
  const { ours, bare, ratio } = rounds[2];
  note('POST /v1/posts against bare Fastify (median of 5 rounds)', `${round(ratio)} (${round(rounds[0].ratio)} to ${round(rounds[4].ratio)})`, '0.5');
  say(`(${round(ours.perSecond, 0)}/s, p50 ${round(ours.p50)} ms, p99 ${round(ours.p99)} ms; bare ${round(bare.perSecond, 0)}/s, p50 ${round(bare.p50)} ms)`);
}
