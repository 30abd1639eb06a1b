/** A request as a simulator sees it. Header names are lower case; `path` is below the host's mount point and starts with `/`. */
export interface SimulatedRequest {
  readonly method: string;
  /** Which of the platform's hosts was called: the manifest's name for it (`api`, `web`, ...). */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer of a simulator. */
export interface SimulatedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** One publication that the simulated platform really made: the judge of "lost" and "twice". */
export interface LedgerEntry {
  readonly platform: string;
  readonly accountId: string;
  readonly postId: string;
  readonly text: string;
  readonly atMs: number;
  readonly deleted: boolean;
}

/** One switched fault, see the sandbox's page in the docs. */
export type Fault =
  | { readonly kind: 'refuse'; readonly error: string }
  | { readonly kind: 'rate_limit'; readonly form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform'; readonly seconds?: number }
  | { readonly kind: 'server_error_before' | 'server_error_after'; readonly status?: number }
  | { readonly kind: 'drop_before' | 'drop_after' }
  | { readonly kind: 'commit_late'; readonly ms: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'trickle' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'redirect' };

/** A durable table of the simulated world: what it holds survives a kill of the sandbox. Values are JSON. */
export interface Table<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  /** Oldest first. */
  values(): Iterable<T>;
}

/** What the sandbox gives a simulator. */
export interface SimulatorHost {
  /** The table of that name of this platform; when it has `max` rows, the oldest give way. */
  table<T>(name: string, max?: number): Table<T>;
  now(): number;
  /** Opaque random text, `bytes` of entropy, URL-safe. */
  random(bytes: number): string;
  /** Records a publication. Called exactly where the real platform would have made the post visible. */
  record(entry: Omit<LedgerEntry, 'platform' | 'atMs' | 'deleted'>): void;
  /** Marks a recorded publication as deleted. */
  forget(postId: string): void;
  /** Fetches a media URL as the platform's own fetcher would (Instagram). Undefined when it cannot be had. */
  fetch(url: string): Promise<{ readonly mimeType: string; readonly bytes: Uint8Array } | undefined>;
  /** Base URL of one of the platform's own hosts as browsers see it, for links in pages. */
  origin(host: string): string;
}

/** What a simulator adds to a request for the sandbox's faults: which call it is and, for publishing calls, the text. */
export interface CallDescription {
  /** `publish`, `token`, `upload`, `lookup`, `status`, `delete`, `profile`, `authorize`, `analytics`, `other`. */
  readonly operation: string;
  /** Text of the post, where the request carries one: magic words in it switch faults. */
  readonly text?: string;
  /** The acting account, where the request tells it: faults can be bound to it, and magic words are counted per account. */
  readonly accountId?: string;
}

/** A platform as its documentation describes it. It shares no code with the connector: only this file of the kit may be imported. */
export interface Simulator {
  readonly platform: string;
  /** Names of the hosts that it answers for; the same names as in the connector's manifest. */
  readonly hosts: readonly string[];
  describe(request: SimulatedRequest): CallDescription;
  /** Answers one request, changing the simulated world. */
  handle(request: SimulatedRequest): Promise<SimulatedResponse>;
  /** The platform's own 429 in the asked form, and its body for a 5xx: the shapes differ per platform. */
  rateLimited(form: 'seconds' | 'date' | 'absent' | 'absurd' | 'platform', seconds: number): SimulatedResponse;
  serverError(status: number): SimulatedResponse;
  /** A documented refusal by its name in `refusals`. */
  refusal(name: string): SimulatedResponse | undefined;
  /** Names that `refusal` knows. */
  readonly refusals: readonly string[];
  /** The platform's own refusal of a content, with this message: for magic words that nobody knows. Default: a plain 400. */
  readonly invalidContent?: (message: string) => SimulatedResponse;
}

/** Makes a simulator with a world of its own. */
export type SimulatorFactory = (host: SimulatorHost) => Simulator;

/** A platform and what makes its simulator. */
export interface SimulatorEntry {
  readonly platform: string;
  readonly create: SimulatorFactory;
}
