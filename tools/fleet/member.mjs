import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY = 'The service is ready.';
const QUIET = ['warn', 'error', 'fatal', 'silent'];

/** One process of a fleet. It keeps its name, ports and settings over restarts. */
export class Member {
  #child;
  #exited = Promise.resolve(null);

  /** `app` is the folder below apps/; `onLine` gets each line that the process prints. */
  constructor({ name, service, app, env, onLine }) {
    Object.assign(this, { name, service, app, env, onLine });
    this.url = `http://127.0.0.1:${env.PORT}`;
    this.managementUrl = `http://127.0.0.1:${env.PLAZA_MANAGEMENT_PORT}`;
  }

  get pid() {
    return this.#child?.pid;
  }

  get isRunning() {
    return this.#child !== undefined;
  }

  /** Resolves when the process says that it is ready; rejects with what it printed when it ends before. */
  async start(extra = {}) {
    const child = spawn(process.execPath, [`apps/${this.app}/dist/main.js`], { cwd: root, env: { ...this.env, ...extra }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#exited = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        if (this.#child === child) this.#child = undefined;
        resolve(signal ?? code);
      }),
    );
    const printed = [];
    let isStarting = true;
    await new Promise((ready, failed) => {
      const read = (line) => {
        this.onLine?.(this.name, line);
        if (printed.length < 50) printed.push(line);
        if (line.includes(READY)) ready();
      };
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
      // A quiet one is asked.
      if (QUIET.includes(this.env.PLAZA_LOG_LEVEL)) void this.#serves(() => isStarting).then(ready);
      this.#exited.then((how) => failed(new Error(`${this.name} ended with ${how}:\n${printed.join('\n')}`)));
    }).finally(() => {
      isStarting = false;
    });
  }

  async #serves(isWanted) {
    while (isWanted()) {
      if (await fetch(`${this.managementUrl}/health/serving`).then(({ ok }) => ok, () => false)) return;
      await delay(50);
    }
  }

  signal(name) {
    this.#child?.kill(name);
  }

  /** Resolves to the exit code, or the signal that ended it. */
  exited() {
    return this.#exited;
  }

  async stop(signal = 'SIGTERM') {
    this.signal(signal);
    return this.#exited;
  }
}
