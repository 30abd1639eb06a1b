import type { LookupReading, Prepared, Published, Refused, StatusReading, Submitted } from '@plaza/connectors';
import type { RefusalCategory } from '@plaza/contracts';
import type { Row } from './database.ts';
import type { World } from './world.ts';

/** What the platform made visible, or will once it has been processed. */
interface Entry {
  readonly target: number;
  readonly part: number;
  readonly sentAtMs: number;
  readonly visibleAtMs: number;
  readonly listedAtMs: number;
  readonly container: number | null;
  /** Which posts of the account a list cannot tell apart: those of the same words, and replies to the same post. */
  readonly likeness: string;
  /** Accepted, and dropped while being processed, for this reason: never visible. */
  readonly dropped: RefusalCategory | undefined;
}

/** A visible call under way: how long it keeps its caller, and what the caller then holds. */
export interface Call {
  readonly tookMs: number;
  outcome(): Submitted;
}

/** What a request came to: an entry of its own, or the one that was there. */
interface Taken {
  entry: number;
  isNew: boolean;
  /** The platform knew its key when it came. */
  readonly isKnown: boolean;
}

interface Request {
  readonly row: Row;
  /** Which part of the publication, from 0 on. */
  readonly part: number;
  readonly revision: number;
  readonly container: number | null;
  /** When the caller gives up. */
  readonly deadlineAtMs: number;
}

/** What is known of the attempt that is looked for. */
export interface Attempt {
  readonly container: number | null;
  readonly dispatchedAtMs: number;
  /** Ids that are not the attempt's. */
  readonly taken: ReadonlySet<string>;
}

type Fate = 'unsent' | 'refused' | 'lost_before' | 'lost_after' | 'late' | 'lie' | 'honest_503' | 'unreadable' | 'well';

const TROUBLE = [
  'unsent',
  'refused',
  'refused',
  'refused',
  'lost_before',
  'lost_after',
  'lost_after',
  'late',
  'late',
  'lie',
  'honest_503',
  'unreadable',
] as const;
const REFUSALS: readonly [RefusalCategory, ...RefusalCategory[]] = [
  ...(['rate_limited', 'rate_limited', 'rate_limited', 'quota_exhausted', 'transient', 'transient', 'transient', 'transient'] as const),
  ...(['scope_missing', 'content_rejected', 'media_rejected', 'account_restricted', 'app_restricted', 'platform_error'] as const),
];
const EXPIRED: Refused = { kind: 'refused', category: 'token_expired', code: 'expired', message: 'the token has expired' };
const INCONCLUSIVE: LookupReading = { kind: 'inconclusive', message: 'nothing can be said now' };
const CLOCK_SKEW_MS = 60_000;

/** The other side, as contrary as the real ones are, with a ledger of all that it ever made visible. */
export class FakePlatform {
  readonly #entries: Entry[] = [];
  readonly #keys = new Map<string, number>();
  #containers = 0;

  constructor(private readonly world: World) {}

  /** How many times a part of the target is visible by now, or is sure to become so. */
  count(target: number, part: number): number {
    return this.#entries.filter((entry) => entry.target === target && entry.part === part && entry.dropped === undefined).length;
  }

  /** When the calls were made with which the platform took the target's parts, in their order; also what it dropped later. */
  takenAtMs(target: number): number[] {
    return this.#entries.filter((entry) => entry.target === target).map((entry) => entry.sentAtMs);
  }

  /** Uploads and containers; makes nothing visible. */
  prepare({ account }: Row, revision: number, container: number | null): Prepared | Refused {
    if (revision <= account.deadRevision) return EXPIRED;
    if (this.world.strikes(this.world.hostility.trouble / 2)) return this.#refusal();
    // One that came to nothing is never published; another has to be made.
    const isSpent = this.#entries.some((entry) => entry.container === container && entry.dropped !== undefined);
    const made = container === null || isSpent ? (this.#containers += 1) : container;
    const checkpoint = { container: made };
    if (this.world.strikes(this.world.hostility.trouble))
      return { kind: 'wait', checkpoint, retryInMs: this.world.random.between(1, 60) * 1000 };
    return { kind: 'ready', checkpoint };
  }

  /** The bytes of the visible call leave now. What becomes of them is decided here, and happens when its time comes. */
  submit(request: Request): Call {
    const { random, nowMs } = this.world;
    const { row, part, revision } = request;
    const fate: Fate = this.world.strikes(this.world.hostility.trouble) ? random.pick(TROUBLE) : 'well';
    if (this.world.trace !== undefined) this.world.note(`part ${part} of target ${row.id}: the bytes leave; the platform's mood: ${fate}`);
    const quickMs = random.between(5, 800);
    if (fate === 'unsent') return answer(quickMs, { kind: 'unsent', reason: 'connection refused' });
    if (fate === 'lost_before') return answer(quickMs, { kind: 'unknown', reason: 'the connection was reset' });
    if (fate === 'honest_503') return answer(quickMs, { kind: 'unknown', reason: 'HTTP 503', httpStatus: 503 });
    if (revision <= row.account.deadRevision) return answer(quickMs, EXPIRED);
    if (fate === 'refused') return answer(quickMs, this.#refusal());
    if (row.account.policy.protection === 'D' && this.count(row.id, part) > 0) return answer(quickMs, duplicate());
    return this.#accept(request, fate, nowMs + quickMs);
  }

  status(row: Row, handle: string, revision: number): StatusReading {
    if (revision <= row.account.deadRevision) return EXPIRED;
    // What a question is refused for says nothing of what it was about, whatever it is.
    if (this.world.strikes(this.world.hostility.trouble)) return this.#refusal();
    const entry = this.#entries[Number(handle)];
    if (entry === undefined || entry.visibleAtMs > this.world.nowMs) return { kind: 'processing', retryInMs: 5_000 };
    if (entry.dropped !== undefined) return { kind: 'rejected', category: entry.dropped, code: 'processing', message: 'the video could not be processed' };
    return published(entry);
  }

  lookup(row: Row, part: number, attempt: Attempt, revision: number): LookupReading {
    const { container, dispatchedAtMs, taken } = attempt;
    if (revision <= row.account.deadRevision || this.world.strikes(this.world.hostility.trouble)) return INCONCLUSIVE;
    const { protection } = row.account.policy;
    if (protection === 'C') return this.#readHandle(row, part, container);
    const isListed = (entry: Entry): boolean => entry.listedAtMs <= this.world.nowMs && entry.visibleAtMs >= dispatchedAtMs - CLOCK_SKEW_MS;
    const isThere = (entry: Entry): boolean => isOf(entry, row, part) && entry.visibleAtMs <= this.world.nowMs;
    const isLike = (entry: Entry): boolean => entry.likeness === likenessOf(row, part) && isListed(entry) && !taken.has(published(entry).platformPostId);
    const found = this.#entries.filter(protection === 'A' ? isThere : isLike).sort((one, other) => one.visibleAtMs - other.visibleAtMs)[0];
    return found === undefined ? { kind: 'absent' } : published(found);
  }

  #readHandle(row: Row, part: number, container: number | null): LookupReading {
    const entry = this.#entries.find((one) => isOf(one, row, part) && one.container === container);
    if (container === null || entry === undefined || (entry.dropped !== undefined && entry.visibleAtMs <= this.world.nowMs)) return { kind: 'absent' };
    return entry.visibleAtMs <= this.world.nowMs ? published(entry) : INCONCLUSIVE;
  }

  #accept(request: Request, fate: Fate, quickAtMs: number): Call {
    const { row, deadlineAtMs } = request;
    const { random, nowMs } = this.world;
    const { settleMs } = row.account.policy;
    const callEndMs = Math.max(deadlineAtMs, nowMs);
    // The window has to be longer than the latest commit and what the list is late together.
    const latestMs = callEndMs + Math.max(0, settleMs - row.account.readDelayMs - 1);
    const lateMs = random.chance(0.5) ? latestMs : callEndMs + random.between(0, latestMs - callEndMs);
    const commitAtMs = fate === 'late' ? lateMs : quickAtMs;
    const taken: Taken = { entry: -1, isNew: false, isKnown: this.#isKeyKnown(request) };
    this.world.clock.at(commitAtMs, () => this.#commit(request, nowMs, taken));
    if (fate === 'late') return answer(Math.max(1, deadlineAtMs - nowMs), { kind: 'unknown', reason: 'no answer in time' });
    const tookMs = commitAtMs - nowMs + random.between(1, 50);
    if (fate === 'lost_after') return answer(tookMs, { kind: 'unknown', reason: 'the connection was reset' });
    if (fate === 'lie') return answer(tookMs, { kind: 'unknown', reason: 'HTTP 503', httpStatus: 503 });
    if (fate === 'unreadable') return answer(tookMs, { kind: 'unknown', reason: 'the answer has no id', httpStatus: 200 });
    return { tookMs, outcome: () => this.#answerOf(request, taken) };
  }

  #isKeyKnown(request: Request): boolean {
    const { protection, keyLifeMs } = request.row.account.policy;
    return protection === 'A' || (protection === 'B' && this.world.nowMs < (this.#keys.get(keyOf(request)) ?? -Infinity) + keyLifeMs);
  }

  #commit(request: Request, sentAtMs: number, taken: Taken): void {
    const { nowMs, random } = this.world;
    const { row, part, container } = request;
    const existing = this.#entries.findIndex((entry) => isOf(entry, row, part) && entry.dropped === undefined);
    if (existing >= 0 && (taken.isKnown || this.#isKeyKnown(request) || row.account.policy.protection === 'D')) {
      taken.entry = existing;
      return;
    }
    // The strictest reading of a key's life: it begins when the platform got the request.
    this.#keys.set(keyOf(request), sentAtMs);
    const processingMs = row.account.isAsync ? random.between(1, 300) * 1000 : 0;
    const visibleAtMs = nowMs + processingMs;
    const isDropped = row.account.isAsync && this.world.strikes(this.world.hostility.trouble / 3);
    // Of two that are dropped one may pass another time.
    const dropped = isDropped ? (this.#entries.length % 2 === 0 ? 'transient' : 'media_rejected') : undefined;
    taken.isNew = true;
    taken.entry =
      this.#entries.push({
        ...{ target: row.id, part },
        sentAtMs,
        visibleAtMs,
        listedAtMs: visibleAtMs + random.between(0, row.account.readDelayMs),
        container,
        likeness: likenessOf(row, part),
        dropped,
      }) - 1;
    if (this.world.trace !== undefined)
      this.world.note(`part ${part} of target ${row.id}: the platform commits it${isDropped ? ', and will drop it' : ''}; it counts ${this.count(row.id, part)}`);
  }

  #answerOf({ row, part }: Request, taken: Taken): Submitted {
    if (!taken.isNew && row.account.policy.protection === 'D') return duplicate();
    if (row.account.isAsync) return { kind: 'submitted', handle: String(taken.entry), retryInMs: 2_000 };
    return published({ target: row.id, part });
  }

  #refusal(): Refused {
    const { random } = this.world;
    const category = random.pick(REFUSALS);
    const untilMs = category === 'rate_limited' || category === 'quota_exhausted' ? this.#until() : undefined;
    const limitOf = random.pick(['account', 'app', 'platform'] as const);
    return {
      kind: 'refused',
      category,
      code: category,
      message: 'the platform says no',
      limitOf,
      ...(untilMs === undefined ? {} : { untilMs }),
    };
  }

  /** `Retry-After` in every form: absent, past, soon, hours away, absurd. */
  #until(): number | undefined {
    const { random, nowMs } = this.world;
    const minutes = random.pick([-10, 0, 1, 15, 180, 20 * 60, 10 * 365 * 24 * 60, Infinity] as const);
    return random.chance(0.3) ? undefined : nowMs + minutes * 60_000;
  }
}

function answer(tookMs: number, outcome: Submitted): Call {
  return { tookMs, outcome: () => outcome };
}

function isOf(entry: Entry, row: Row, part: number): boolean {
  return entry.target === row.id && entry.part === part;
}

/** A reply is told from every other by the post that it replies to. Where the platform refuses what it has already, there are no two of the same words. */
function likenessOf({ id, account, words }: Row, part: number): string {
  const isAlone = part > 0 || account.policy.protection === 'D';
  return isAlone ? `target ${id}, part ${part}` : `account ${account.id}, words ${words}`;
}

function keyOf({ row, part }: Request): string {
  return `${row.id} ${part}`;
}

function published({ target, part }: Pick<Entry, 'target' | 'part'>): Published {
  return { kind: 'published', platformPostId: `post-${target}-${part}`, platformPostUrl: null };
}

function duplicate(): Refused {
  return { kind: 'refused', category: 'duplicate', code: 'duplicate', message: 'that was posted already' };
}
