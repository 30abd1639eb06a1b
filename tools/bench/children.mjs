// Everything that runs beside the bench: started here, called by name, and stopped on every way out.
import { fork } from 'node:child_process';
import { clearTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const STOP_MS = 15_000;
const ends = new Set();

/** Notes what has to be stopped when the bench ends; resolves to a stop that acts once. */
export function stopLater(stop) {
  let stopped;
  const once = () => {
    stopped ??= Promise.resolve(stop()).finally(() => ends.delete(once));
    return stopped;
  };
  ends.add(once);
  return once;
}

/** Stops whatever still runs, the latest first. A signal does the same and then ends the bench. */
export async function stopAll() {
  for (const stop of [...ends].toReversed()) await stop().catch((error) => process.stderr.write(`${error.stack}\n`));
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.once(signal, async () => {
    process.stderr.write('stopping what was started\n');
    await stopAll();
    process.exit(code);
  });
}

/**
 * Starts a process that {@link serve}s and waits until it is ready. It has a process group of its own, so that Ctrl-C reaches the bench,
 * which stops it in good order; when the bench is killed the channel closes, which ends it too.
 */
export async function startChild(url, options = {}) {
  const file = fileURLToPath(url);
  const child = fork(file, [JSON.stringify(options)], { serialization: 'advanced', detached: true, execArgv: ['--no-warnings'], env: { PATH: process.env.PATH } });
  const calls = new Map();
  let count = 0;
  let end;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    calls.set('ready', { resolve, reject });
  });
  child.on('message', ({ id = 'ready', error, result }) => {
    const call = calls.get(id);
    calls.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(`${file}: ${error}`));
  });
  exited.then((code) => {
    end = new Error(`${file} ended with ${code}.`);
    for (const { reject } of calls.values()) reject(end);
  });
  const stop = stopLater(async () => {
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  });
  await ready;
  const call = (method, argument) =>
    new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end);
      count += 1;
      calls.set(count, { resolve, reject });
      return child.send({ id: count, method, argument });
    });
  return { pid: child.pid, call, stop };
}
