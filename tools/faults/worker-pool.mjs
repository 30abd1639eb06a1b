// Workers that can be killed often: spares have loaded their code and wait, so that the next one is at work at once.
import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const NICE = 10;
/** Room for all that a start allocates: most of these workers do not live long enough to be worth a collection. */
const NODE_OPTIONS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** One worker process. It says `@name values` on its standard output; everything else there is its log. */
class WorkerProcess {
  #said = new Map();
  #waiting = [];

  constructor({ host, env, hear }) {
    this.child = fork(host, { env, execArgv: NODE_OPTIONS, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    // Starts are many and dear, and wait for no one: what is measured beside them goes first.
    setPriority(this.child.pid, NICE);
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve(signal ?? code)));
    this.isGone = false;
    void this.exited.then(() => {
      this.isGone = true;
      for (const waiting of this.#waiting.splice(0)) waiting.resolve(undefined);
    });
    for (const stream of [this.child.stdout, this.child.stderr]) createInterface({ input: stream }).on('line', (line) => (line.startsWith('@') ? this.#note(line.slice(1)) : hear(line)));
  }

  get pid() {
    return this.child.pid;
  }

  #note(line) {
    const [name, ...values] = line.split(' ');
    this.#said.set(name, values);
    for (const waiting of this.#waiting.filter((one) => one.name === name)) waiting.resolve(values);
    this.#waiting = this.#waiting.filter((one) => one.name !== name);
  }

  /** What it said last under a name, or undefined. */
  last(name) {
    return this.#said.get(name);
  }

  /** Resolves to what it says under a name; to undefined when it ends, or says nothing in time. */
  async said(name, timeoutMs = 15_000) {
    if (this.#said.has(name) || this.isGone) return this.#said.get(name);
    const heard = new Promise((resolve) => this.#waiting.push({ name, resolve }));
    return Promise.race([heard, delay(timeoutMs, undefined, { ref: false })]);
  }

  /** `plan`: `{ point, kind }` at which it stops itself, or nothing. `ablate` names a safeguard to work without. */
  go(plan = {}) {
    this.child.send(plan);
  }

  signal(name) {
    this.child.kill(name);
  }

  async kill() {
    this.signal('SIGKILL');
    return this.exited;
  }

  /** As a service is told to stop. */
  async stop() {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    return this.exited;
  }
}

export class WorkerPool {
  #spares = [];
  #all = new Set();
  #wanted = 0;

  /** `host`: the file that a worker runs. `hear` gets each line of their logs. */
  constructor({ host, env, hear }) {
    Object.assign(this, { host, env, hear });
  }

  /** Keeps so many spares warm from now on. */
  keep(count) {
    this.#wanted = count;
    while (this.#spares.length < count) this.#spares.push(this.#fork());
  }

  #fork() {
    const worker = new WorkerProcess(this);
    this.#all.add(worker);
    void worker.exited.then(() => this.#all.delete(worker));
    return worker;
  }

  /** Lets one worker live and end in order, so that its compiled code is kept for the many that will not. */
  async warm() {
    const worker = await this.take();
    await worker.said('ready');
    await worker.stop();
  }

  /** A worker at work. */
  async take(plan) {
    const worker = this.#spares.shift() ?? this.#fork();
    this.keep(this.#wanted);
    if ((await worker.said('loaded', 60_000)) === undefined) throw new Error('A worker could not be loaded.');
    worker.go(plan);
    return worker;
  }

  async close() {
    this.#wanted = 0;
    this.#spares = [];
    await Promise.all([...this.#all].map((worker) => worker.kill()));
  }
}
