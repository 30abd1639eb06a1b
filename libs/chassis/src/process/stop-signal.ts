/** The signals that ask a process to stop. */
export interface StopSignal {
  readonly first: Promise<void>;
  /** What a second signal does, which means: now. Before it is set, the process just exits. */
  onSecond(handler: () => void): void;
}

/** Listens to SIGTERM and SIGINT. */
export function stopSignal(): StopSignal {
  let second = (): void => process.exit(130);
  const first = new Promise<void>((done) => {
    let count = 0;
    const onSignal = (): void => {
      count += 1;
      if (count > 1) second();
      else done();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  return {
    first,
    onSecond(handler) {
      second = handler;
    },
  };
}
