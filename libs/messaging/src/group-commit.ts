import { AsyncLocalStorage } from 'node:async_hooks';

interface Waiting<In, Out> {
  readonly input: In;
  /** Runs as part of the work that handed it in. */
  readonly inItsWork: <T>(work: () => T) => T;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<In, Out> {
  /** Does the work of a whole group in one transaction; one output for each input, in their order. */
  readonly run: (inputs: readonly In[]) => Promise<readonly Out[]>;
  /** Most inputs of one group. */
  readonly maxSize: number;
  /** Inputs of different kinds never share a group, nor wait for each other. Without it all are of one kind. */
  readonly kindOf?: (input: In) => string;
  /** Groups of one kind at a time: more than one where a slow group must not hold up the next. Default 1. */
  readonly parallel?: number;
}

/** What waits of one kind, and how many groups of it are under way. */
interface Queue<In, Out> {
  readonly waiting: Waiting<In, Out>[];
  running: number;
}

/**
 * Lets callers share a transaction: what is handed in while one commits waits for it and goes into the next together. A lone caller does
 * not wait. A group is carried out as the work of its first member: its lines in the log name no request that is long over. One that fails is run again, each input alone, so that none fails for another's fault; `run` has to bear a repetition.
 */
export class GroupCommit<In, Out> {
  readonly #options: GroupCommitOptions<In, Out>;
  readonly #queues = new Map<string, Queue<In, Out>>();

  constructor(options: GroupCommitOptions<In, Out>) {
    this.#options = options;
  }

  /** Resolves once the input's transaction has committed. */
  async submit(input: In): Promise<Out> {
    const kind = this.#options.kindOf?.(input) ?? '';
    const queue = this.#queues.get(kind) ?? { waiting: [], running: 0 };
    this.#queues.set(kind, queue);
    return new Promise<Out>((resolve, reject) => {
      queue.waiting.push({ input, resolve, reject, inItsWork: AsyncLocalStorage.snapshot() });
      if (queue.waiting.length === 1) this.#begin(kind, queue);
    });
  }

  #begin(kind: string, queue: Queue<In, Out>): void {
    if (queue.running < (this.#options.parallel ?? 1)) void this.#runAll(kind, queue);
  }

  async #runAll(kind: string, queue: Queue<In, Out>): Promise<void> {
    queue.running += 1;
    // What is handed in within the same turn of the event loop belongs together as well.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.waiting.length > 0) {
      const group = queue.waiting.splice(0, this.#options.maxSize);
      if (queue.waiting.length > 0) this.#begin(kind, queue);
      await this.#runGroup(group);
    }
    queue.running -= 1;
    if (queue.running === 0) this.#queues.delete(kind);
  }

  async #runGroup(group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const [first] = group;
      const run = (): Promise<readonly Out[]> => this.#options.run(group.map(({ input }) => input));
      const outputs = await (first === undefined ? run() : first.inItsWork(run));
      group.forEach(({ resolve }, index) => resolve(outputs[index] as Out));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else await Promise.all(group.map((one) => this.#runGroup([one])));
    }
  }
}
