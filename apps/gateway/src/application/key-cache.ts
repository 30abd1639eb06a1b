import type { UnitOfWork } from '@plaza/chassis';
import { isKeyValid, readKeyText, type ApiKey } from '../domain/api-key.ts';
import type { KeyRepository } from './ports.ts';

const LIFE_MS = 30_000;
const MAX_KEYS = 20_000;
const POLL_MS = 500;
/** A replica that could not ask for revocations for this long trusts its cache no more. */
const TRUST_MS = 1_000;
/** Revocations are asked for from a little before the last answer: clocks of replicas differ, commits come late. */
const OVERLAP_MS = 60_000;

interface CachedKey {
  readonly key: ApiKey | undefined;
  readonly loadedAtMs: number;
}

/**
 * Keys by public id, remembered for half a minute. A revocation holds within a second on every replica: the event drops the key at once,
 * a poll every half second makes sure, and while the poll fails every request asks the database.
 */
export class KeyCache {
  readonly #work: UnitOfWork;
  readonly #keys: KeyRepository;
  readonly #now: () => number;
  readonly #cache = new Map<string, CachedKey>();
  readonly #uses = new Map<string, Date>();
  #polledAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;

  constructor(work: UnitOfWork, keys: KeyRepository, now: () => number) {
    this.#work = work;
    this.#keys = keys;
    this.#now = now;
  }

  /** The key that `text` is, if it is in force. */
  async authenticate(text: string): Promise<ApiKey | undefined> {
    const read = readKeyText(text);
    if (read === undefined) return undefined;
    const key = await this.#find(read.publicId);
    const at = new Date(this.#now());
    if (!isKeyValid(key, text, at)) return undefined;
    this.#uses.set(key.id, at);
    return key;
  }

  /** Forgets a key, e.g. because an event says that it was revoked. */
  drop(id: string): void {
    for (const [publicId, { key }] of this.#cache) if (key?.id === id) this.#cache.delete(publicId);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#polling ??= this.poll()
        .catch(() => undefined)
        .finally(() => {
          this.#polling = undefined;
        });
    }, POLL_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#polling;
    await this.#writeUses();
  }

  /** Asks for revocations and writes last uses. */
  async poll(): Promise<void> {
    const askedAtMs = this.#now();
    const revoked = await this.#work.system((tx) => this.#keys.revokedSince(tx, new Date(askedAtMs - OVERLAP_MS)));
    for (const id of revoked) this.drop(id);
    this.#polledAtMs = askedAtMs;
    await this.#writeUses();
  }

  async #find(publicId: string): Promise<ApiKey | undefined> {
    const nowMs = this.#now();
    const cached = this.#cache.get(publicId);
    const isTrusted = nowMs - this.#polledAtMs <= TRUST_MS;
    if (cached !== undefined && isTrusted && nowMs - cached.loadedAtMs <= LIFE_MS) return cached.key;
    const key = await this.#work.system((tx) => this.#keys.byPublicId(tx, publicId));
    if (this.#cache.size >= MAX_KEYS) this.#cache.clear();
    if (key !== undefined) this.#cache.set(publicId, { key, loadedAtMs: nowMs });
    return key;
  }

  async #writeUses(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = new Map(this.#uses);
    this.#uses.clear();
    await this.#work.system((tx) => this.#keys.noteUses(tx, uses)).catch(() => {
      for (const [id, at] of uses) if (!this.#uses.has(id)) this.#uses.set(id, at);
    });
  }
}
