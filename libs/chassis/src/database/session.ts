import type pg from 'pg';

/**
 * One dedicated database session beside the pool: it carries advisory locks that live exactly as long as it does, and hears what other
 * replicas ring (`LISTEN`). Opened at first need, and again when it broke.
 */
export class DedicatedSession {
  readonly #connect: () => Promise<pg.Client>;
  readonly #rings = new Map<string, () => void>();
  #client: pg.Client | undefined;
  #opening: Promise<pg.Client> | undefined;
  #onLost: () => void = () => undefined;

  constructor(connect: () => Promise<pg.Client>) {
    this.#connect = connect;
  }

  /** Called when the session ends, with all that hung on it. */
  onLost(handler: () => void): void {
    this.#onLost = handler;
  }

  /** Calls `handler` whenever a replica rings `channel`; what is rung while the session is away is not heard. */
  onRing(channel: string, handler: () => void): void {
    this.#rings.set(channel, handler);
    void this.#client?.query(`listen ${channel}`).catch(() => undefined);
  }

  async client(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#lose(client);
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<pg.Client> {
    const client = await this.#connect();
    // A session that ends tells so twice, and the second time must not touch the one that was opened in between.
    const lose = (): void => this.#lose(client);
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ channel }) => this.#rings.get(channel)?.());
    for (const channel of this.#rings.keys()) await client.query(`listen ${channel}`);
    this.#client = client;
    return client;
  }

  #lose(client: pg.Client | undefined): void {
    if (this.#client !== client || client === undefined) return;
    this.#client = undefined;
    this.#onLost();
  }
}
