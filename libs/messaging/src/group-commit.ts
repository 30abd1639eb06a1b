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
}

/**
 * Lets callers share a transaction: what is handed in while one commits waits for it and goes into the next together. A lone caller does
 * not wait. A group is carried out as the work of its first member: its lines in the log name no request that is long over. One that fails is run again one by one, so that no input fails for another's fault; `run` has to bear a repetition.
 */
export class GroupCommit<In, Out> {
  readonly #options: GroupCommitOptions<In, Out>;
  /** What waits, by kind; a kind that is here has a run under way or about to begin. */
  readonly #waiting = new Map<string, Waiting<In, Out>[]>();

  constructor(options: GroupCommitOptions<In, Out>) {
    this.#options = options;
  }

  /** Resolves once the input's transaction has committed. */
  async submit(input: In): Promise<Out> {
    const kind = this.#options.kindOf?.(input) ?? '';
    return new Promise<Out>((resolve, reject) => {
      const waiting = this.#waiting.get(kind) ?? this.#begin(kind);
      waiting.push({ input, resolve, reject, inItsWork: AsyncLocalStorage.snapshot() });
    });
  }

  /** What is handed in within the same turn of the event loop belongs together as well. */
  #begin(kind: string): Waiting<In, Out>[] {
    const waiting: Waiting<In, Out>[] = [];
    this.#waiting.set(kind, waiting);
    setImmediate(() => void this.#runAll(kind, waiting));
    return waiting;
  }

  async #runAll(kind: string, waiting: Waiting<In, Out>[]): Promise<void> {
    while (waiting.length > 0) await this.#runGroup(waiting.splice(0, this.#options.maxSize));
    this.#waiting.delete(kind);
  }

  async #runGroup(group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const [first] = group;
      const run = (): Promise<readonly Out[]> => this.#options.run(group.map(({ input }) => input));
      const outputs = await (first === undefined ? run() : first.inItsWork(run));
      group.forEach(({ resolve }, index) => resolve(outputs[index] as Out));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const one of group) await this.#runGroup([one]);
    }
  }
}
