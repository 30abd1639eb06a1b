import type { RefusalCategory, TargetState } from '@plaza/contracts';

/** What the protocol remembers of one target. Everything else about it (text, account, ids) does not change what happens next. */
export interface TargetProgress {
  readonly state: TargetState;
  readonly dueAtMs: number;
  /** Nothing is done before; null in states that wait for no time. */
  readonly nextTryAtMs: number | null;
  /** Grows with every claim: a write with an older one is refused. */
  readonly fence: number;
  /** Failures since the last success of anything; decides the backoff and when it is given up. */
  readonly failures: number;
  /** Look-ups that said nothing. */
  readonly lookups: number;
  /** When the last intent was committed; the look-up's horizon. */
  readonly dispatchedAtMs: number | null;
  /** An earlier attempt may have been published: a `duplicate` refusal then is evidence, not an error. */
  readonly hadUnknown: boolean;
  /** It was due before the back-up that Plaza was restored from was lost: what is not known to be visible may be all the same. */
  readonly wasRestored: boolean;
  /** The platform refused a token, the revision of which stands beside this; a second `token_expired` is a dead grant. */
  readonly renewedToken: boolean;
  /** Handle of an accepted, not yet visible publication. */
  readonly handle: string | null;
  /** What of it is visible, in its order: a thread goes out post by post, and a comment after its post. */
  readonly parts: readonly PublishedPart[];
  /** Of the first part. */
  readonly platformPostId: string | null;
  readonly platformPostUrl: string | null;
  readonly publishedAtMs: number | null;
  readonly warning: string | null;
  readonly error: TargetError | null;
}

/** One visible call's result. */
export interface PublishedPart {
  readonly platformPostId: string;
  readonly platformPostUrl: string | null;
}

/** Why a target failed, waits or is unconfirmed. */
export interface TargetError {
  readonly category: RefusalCategory | 'unsent' | 'unknown';
  readonly code: string;
  readonly message: string;
}

/** A target before its first try. */
export function newProgress(state: 'draft' | 'scheduled' | 'due', dueAtMs: number): TargetProgress {
  return {
    state,
    dueAtMs,
    nextTryAtMs: state === 'draft' ? null : dueAtMs,
    fence: 0,
    failures: 0,
    lookups: 0,
    dispatchedAtMs: null,
    hadUnknown: false,
    wasRestored: false,
    renewedToken: false,
    handle: null,
    parts: [],
    platformPostId: null,
    platformPostUrl: null,
    publishedAtMs: null,
    warning: null,
    error: null,
  };
}
