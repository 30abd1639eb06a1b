/** Asks at most once in `lifeMs`, and never twice at a time: for what is told often and costs something to count. A failure is not kept. */
export function cached<T>(lifeMs: number, ask: () => Promise<T>, now: () => number = Date.now): () => Promise<T> {
  let answer: { readonly value: T; readonly untilMs: number } | undefined;
  let asking: Promise<T> | undefined;
  return async () => {
    if (answer !== undefined && now() < answer.untilMs) return answer.value;
    asking ??= ask()
      .then((value) => {
        answer = { value, untilMs: now() + lifeMs };
        return value;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}
