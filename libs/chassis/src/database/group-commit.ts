interface Waiting<In, Out> {
  readonly input: In;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<In, Out> {
  /** Does the work of a whole group in one transaction; one output for each input, in their order. */
  readonly run: (inputs: readonly In[]) => Promise<readonly Out[]>;
  /** Most inputs of one group. */
  readonly maxSize: number;
}

/**
 * Lets callers share a transaction: what is handed in while one commits waits for it and goes into the next together. A lone caller does
 * not wait. A group that fails is run again one by one, so that no input fails for another's fault; `run` has to bear a repetition.
 */
export class GroupCommit<In, Out> {
  readonly #options: GroupCommitOptions<In, Out>;
  #waiting: Waiting<In, Out>[] = [];
  #isRunning = false;

  constructor(options: GroupCommitOptions<In, Out>) {
    this.#options = options;
  }

  /** Resolves once the input's transaction has committed. */
  async submit(input: In): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      // What is handed in within the same turn of the event loop belongs together as well.
      if (!this.#isRunning) setImmediate(() => void this.#runAll());
    });
  }

  async #runAll(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#runGroup(this.#waiting.splice(0, this.#options.maxSize));
    this.#isRunning = false;
  }

  async #runGroup(group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const outputs = await this.#options.run(group.map(({ input }) => input));
      group.forEach(({ resolve }, index) => resolve(outputs[index] as Out));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const one of group) await this.#runGroup([one]);
    }
  }
}
