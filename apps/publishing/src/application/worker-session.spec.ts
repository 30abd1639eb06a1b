import { WorkerSession, type LockSession } from './worker-session.ts';

/** A database that a test takes away; the sessions that it gave are lost with it. */
class FakeDatabase {
  isAway = false;
  readonly #tell: (() => void)[] = [];

  async open(): Promise<LockSession> {
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    return { lock: async () => undefined, close: async () => undefined, onLost: (handler) => void this.#tell.push(handler) };
  }

  /** The first session tells that it has ended; one that ends tells so twice, and the second time may be late. */
  breakFirst(): void {
    this.#tell[0]?.();
  }
}

describe("a worker's session", () => {
  let nowMs = 1_000;
  const database = new FakeDatabase();
  const session = new WorkerSession(() => database.open(), (owner) => owner, () => nowMs);

  test('is absent from the start until it is held', async () => {
    nowMs += 700;
    expect(session.absentForMs).toBe(700);
    await session.hold();
    nowMs += 60_000;
    expect(session.absentForMs).toBe(0);
  });

  test('is absent from its loss until there is a new one, however often that was tried', async () => {
    database.isAway = true;
    database.breakFirst();
    for (const ms of [2_000, 4_000]) {
      nowMs += 2_000;
      await expect(session.hold()).rejects.toThrow('ECONNREFUSED');
      expect(session.absentForMs).toBe(ms);
    }
    database.isAway = false;
    await session.hold();
    expect(session.absentForMs).toBe(0);
    database.breakFirst();
    expect(session.ownership.isHeld()).toBe(true);
  });
});
