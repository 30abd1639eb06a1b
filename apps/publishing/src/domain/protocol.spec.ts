import type { Refused } from '@plaza/connectors';
import { REFUSAL_CATEGORIES, type ProtectionClass, type RefusalCategory } from '@plaza/contracts';
import { COMMON_POLICY, type PublishPolicy } from './policy.ts';
import * as protocol from './protocol.ts';
import { newProgress, type TargetProgress } from './target.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const dueAtMs = 1_000_000_000_000;
const nowMs = dueAtMs + 1_000;
const moment = { nowMs, random: 0.5 };
const intentAtMs = nowMs - 500;

const policyOf = (protection: ProtectionClass): PublishPolicy => ({
  ...COMMON_POLICY,
  protection,
  settleMs: MINUTE_MS,
  submitDeadlineMs: 30_000,
  keyLifeMs: HOUR_MS,
});
const policy = policyOf('L');
const claimed = protocol.claim(newProgress('due', dueAtMs));
const dispatching = protocol.onIntent(claimed, intentAtMs);
const inDoubt: TargetProgress = { ...dispatching, hadUnknown: true };
const unknown = protocol.onSubmitted(dispatching, { kind: 'unknown', reason: 'no answer' }, policy, moment).progress;
const reconciling = protocol.claim(unknown);
const submitted = protocol.onSubmitted(dispatching, { kind: 'submitted', handle: 'h', retryInMs: 1_000 }, policy, moment).progress;
const refuse = (category: RefusalCategory, more: Partial<Refused> = {}): Refused => ({ kind: 'refused', category, code: 'c', message: 'm', ...more });
const refused = (category: RefusalCategory, progress = dispatching, more: Partial<Refused> = {}) =>
  protocol.onSubmitted(progress, refuse(category, more), policy, moment);

describe('a refusal', () => {
  const decisions: Readonly<Record<RefusalCategory, readonly [string, string]>> = {
    rate_limited: ['due', 'retry'],
    quota_exhausted: ['due', 'retry'],
    token_expired: ['due', 'renew_token'],
    reconnect_required: ['failed', 'failed'],
    scope_missing: ['failed', 'failed'],
    content_rejected: ['failed', 'failed'],
    media_rejected: ['failed', 'failed'],
    duplicate: ['failed', 'failed'],
    account_restricted: ['failed', 'failed'],
    app_restricted: ['failed', 'failed'],
    platform_error: ['failed', 'failed'],
    transient: ['due', 'retry'],
  };
  it.each(REFUSAL_CATEGORIES)('for %s has its one consequence', (category) => {
    const { progress, decision } = refused(category);
    expect([progress.state, decision]).toEqual(decisions[category]);
    expect(progress.error).toEqual({ category, code: 'c', message: 'm' });
  });
  it.each(REFUSAL_CATEGORIES)('for %s while preparing has the same consequence', (category) => {
    const step = protocol.onPrepared(claimed, refuse(category), policy, moment);
    expect([step?.progress.state, step?.decision]).toEqual(decisions[category]);
  });
  it.each(REFUSAL_CATEGORIES)('for %s never ends a target that an earlier attempt may have published', (category) => {
    expect(['due', 'unknown']).toContain(refused(category, inDoubt).progress.state);
  });
  it('of a repeat makes a look-up the last word: a miss is the failure, a hit the publication', () => {
    const asked = protocol.claim(refused('content_rejected', inDoubt).progress);
    expect(protocol.taskOf(asked, policyOf('A'), nowMs)).toBe('look_up');
    const missed = protocol.onLookup(asked, { kind: 'absent' }, policyOf('A'), moment);
    expect(missed.progress).toMatchObject({ state: 'failed', error: { category: 'content_rejected' } });
    expect(
      protocol.onLookup(asked, { kind: 'published', platformPostId: '1', platformPostUrl: null }, policyOf('A'), moment).decision,
    ).toBe('published');
  });
  it('for an expired token renews once, and then asks for the account to be connected again', () => {
    const again = protocol.onIntent(protocol.claim(refused('token_expired').progress), nowMs);
    expect(refused('token_expired', again)).toMatchObject({
      decision: 'failed',
      reconnect: true,
      progress: { error: { category: 'reconnect_required' } },
    });
  });
  it('for a dead grant tells the account’s owner', () => {
    expect(refused('reconnect_required').reconnect).toBe(true);
  });
  it('for a duplicate is evidence when an earlier attempt may have been published', () => {
    const evidence = refused('duplicate', inDoubt).progress;
    expect(evidence).toMatchObject({ state: 'unknown', error: { category: 'duplicate' } });
    expect(protocol.onLookup(protocol.claim(evidence), { kind: 'absent' }, policyOf('D'), moment).decision).toBe('unconfirmed');
  });
  it('that may pass is tried only so often', () => {
    let progress = dispatching;
    const states: string[] = [];
    for (let attempt = 0; attempt < policy.maxFailures; attempt += 1) {
      const after = refused('transient', progress).progress;
      states.push(after.state);
      progress = after.state === 'due' ? protocol.onIntent(protocol.claim(after), nowMs) : after;
    }
    expect(states).toEqual([...Array.from({ length: policy.maxFailures - 1 }, () => 'due'), 'failed']);
  });
});

describe('a limit', () => {
  const wait = (untilMs: number | undefined, category: RefusalCategory = 'rate_limited') =>
    refused(category, dispatching, untilMs === undefined ? {} : { untilMs });

  it('is waited for until the platform’s time, with a little spread, and pauses whose limit it is', () => {
    const step = refused('rate_limited', dispatching, { untilMs: nowMs + HOUR_MS, limitOf: 'app' });
    expect(step.pause).toEqual({ scope: 'app', untilMs: nowMs + HOUR_MS });
    expect(step.progress.nextTryAtMs).toBeGreaterThanOrEqual(nowMs + HOUR_MS);
    expect(step.progress.nextTryAtMs).toBeLessThanOrEqual(nowMs + HOUR_MS + 2_000);
  });
  it('is the account’s when the platform does not say whose', () => {
    expect(wait(nowMs + HOUR_MS).pause?.scope).toBe('account');
  });
  it.each([
    ['absent', undefined],
    ['over', nowMs - HOUR_MS],
    ['now', nowMs],
    ['not a number', Number.NaN],
  ])('without a usable time (%s) is waited for by our own measure', (_name, untilMs) => {
    expect(wait(untilMs).pause?.untilMs).toBe(nowMs + 2 * policy.backoffBaseMs);
    expect(wait(untilMs, 'quota_exhausted').pause?.untilMs).toBe(nowMs + policy.backoffCapMs);
  });
  it.each([
    ['beyond all patience', dueAtMs + policy.patienceMs + 1],
    ['endless', Infinity],
  ])('with an absurd time (%s) ends the target and pauses no one', (_name, untilMs) => {
    expect(wait(untilMs)).toMatchObject({ decision: 'failed' });
    expect(wait(untilMs).pause).toBeUndefined();
  });
  it('is waited for as long as patience lasts', () => {
    expect(wait(dueAtMs + policy.patienceMs).decision).toBe('retry');
  });
  it('without a time is waited for longer each time, up to the cap', () => {
    const waits = [0, 1, 2, 20].map((failures) => (refused('rate_limited', { ...dispatching, failures }).pause?.untilMs ?? 0) - nowMs);
    expect(waits).toEqual([4_000, 8_000, 16_000, 512_000]);
  });
});

describe('an unknown outcome', () => {
  it.each(['A', 'B', 'C', 'D', 'L', 'E'] as const)(
    'of class %s is left alone until the settle window after the call is over',
    (protection) => {
      const { progress, decision } = protocol.onSubmitted(
        dispatching,
        { kind: 'unknown', reason: 'no answer' },
        policyOf(protection),
        moment,
      );
      expect(decision).toBe('reconcile');
      expect(progress).toMatchObject({ state: 'unknown', hadUnknown: true, nextTryAtMs: intentAtMs + 30_000 + MINUTE_MS });
    },
  );
  it('of a worker that is gone also allows for the latest moment at which its call could begin', () => {
    const progress = protocol.onOwnerGone(dispatching, policy, nowMs);
    expect(progress).toMatchObject({
      state: 'unknown',
      fence: dispatching.fence + 1,
      nextTryAtMs: intentAtMs + policy.sendWithinMs + 30_000 + MINUTE_MS,
    });
  });
  it.each([
    ['A', 'resend'],
    ['B', 'resend'],
    ['C', 'look_up'],
    ['D', 'look_up'],
    ['L', 'look_up'],
    ['E', 'give_up'],
  ] as const)('of class %s is reconciled by: %s', (protection, task) => {
    expect(protocol.taskOf(reconciling, policyOf(protection), nowMs)).toBe(task);
  });
  it('is repeated under its key only while a call that begins late still meets the key', () => {
    const lastMs = intentAtMs + HOUR_MS - policy.sendWithinMs - 30_000;
    expect(protocol.taskOf(reconciling, policyOf('B'), lastMs - 1)).toBe('resend');
    expect(protocol.taskOf(reconciling, policyOf('B'), lastMs)).toBe('look_up');
  });
  it('whose repeat waited past the life of its key is reconciled and not sent', () => {
    const again = protocol.claim(protocol.onResend(reconciling, policyOf('B'), moment).progress);
    expect(protocol.taskOf(again, policyOf('B'), nowMs)).toBe('publish');
    expect(protocol.taskOf(again, policyOf('B'), nowMs + HOUR_MS)).toBe('reconcile');
    expect(protocol.onKeyExpired(again, nowMs + HOUR_MS).progress).toMatchObject({ state: 'unknown', nextTryAtMs: nowMs + HOUR_MS });
  });
  it('keeps the time of its first attempt, to which look-ups and the key’s life reach back', () => {
    const again = protocol.claim(protocol.onResend(reconciling, policyOf('A'), moment).progress);
    expect(protocol.onIntent(again, nowMs + HOUR_MS).dispatchedAtMs).toBe(intentAtMs);
    const unsent = protocol.claim(protocol.onLookup(reconciling, { kind: 'absent' }, policy, moment).progress);
    expect(protocol.onIntent(unsent, nowMs + HOUR_MS).dispatchedAtMs).toBe(nowMs + HOUR_MS);
  });
  it('is asked about only so often, then a person decides', () => {
    let progress = reconciling;
    const decisions: string[] = [];
    for (let lookup = 0; lookup < policy.maxLookups; lookup += 1) {
      const step = protocol.onLookup(progress, { kind: 'inconclusive', message: 'busy' }, policy, moment);
      decisions.push(step.decision);
      progress = step.progress.state === 'unknown' ? protocol.claim(step.progress) : step.progress;
    }
    expect(decisions).toEqual([...Array.from({ length: policy.maxLookups - 1 }, () => 'reconcile'), 'unconfirmed']);
  });
  it('is a person’s question at once where no later look-up could tell more', () =>
    expect(protocol.onLookup(reconciling, { kind: 'inconclusive', message: 'no list', isFinal: true }, policy, moment).decision).toBe('unconfirmed'));
  it('cannot be canceled before it is resolved', () => {
    const again = protocol.onResend(reconciling, policyOf('A'), moment).progress;
    expect([protocol.isCancelable(again), protocol.isCancelable(newProgress('due', dueAtMs)), protocol.isCancelable(claimed)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(protocol.isCancelable(protocol.onLookup(reconciling, { kind: 'absent' }, policy, moment).progress)).toBe(true);
  });
  it('that a person settled as not published does not burden the next round', () => {
    const settled = protocol.onSettled({ ...reconciling, state: 'unconfirmed' }, 'not_published', null, nowMs).progress;
    expect(protocol.onRetryAsked(settled, nowMs)).toMatchObject({
      state: 'due',
      dueAtMs: nowMs,
      failures: 0,
      hadUnknown: false,
      dispatchedAtMs: null,
      error: null,
    });
  });
});

describe('an accepted publication', () => {
  it('is polled until the platform has finished it', () => {
    const processing = protocol.onStatus(submitted, { kind: 'processing', retryInMs: 5_000 }, policy, moment).progress;
    expect(processing).toMatchObject({ state: 'processing', nextTryAtMs: nowMs + 5_000 });
    expect(
      protocol.onStatus(processing, { kind: 'published', platformPostId: '1', platformPostUrl: 'u' }, policy, moment).progress,
    ).toMatchObject({ state: 'published', platformPostId: '1' });
  });
  it('asks for another token when the platform refuses the one in force', () => {
    expect(protocol.onStatus(submitted, refuse('token_expired'), policy, moment)).toMatchObject({
      decision: 'renew_token',
      progress: { state: 'submitted', renewedToken: true },
    });
  });
  it('does not wait for a time past all patience', () => {
    const { progress } = protocol.onStatus(submitted, refuse('rate_limited', { untilMs: Infinity }), policy, moment);
    expect(progress.nextTryAtMs).toBe(nowMs + policy.backoffCapMs);
  });
  it('becomes a person’s question when the platform never says', () => {
    const late = { ...moment, nowMs: intentAtMs + policy.patienceMs + 1 };
    expect(protocol.onStatus(submitted, { kind: 'processing', retryInMs: 5_000 }, policy, late).decision).toBe('unconfirmed');
    expect(protocol.onStatus(submitted, refuse('transient'), policy, late).decision).toBe('unconfirmed');
  });
  const drop = (category: RefusalCategory) => ({ kind: 'rejected', category, code: 'processing', message: 'Not published.' }) as const;
  it('fails when the platform says so', () => {
    expect(protocol.onStatus(submitted, drop('media_rejected'), policy, moment)).toMatchObject({ decision: 'failed', progress: { state: 'failed', error: { category: 'media_rejected' } } });
  });
  it('goes out again when the platform dropped it for a reason that may pass, and not for ever', () => {
    const dropped = protocol.onStatus(submitted, drop('transient'), policy, moment);
    expect(dropped).toMatchObject({ decision: 'retry', progress: { state: 'due', handle: null, failures: 1, error: { code: 'processing' } } });
    const untilMs = nowMs + 60_000;
    const limited = protocol.onStatus(submitted, { ...drop('quota_exhausted'), untilMs }, policy, moment);
    expect(limited).toMatchObject({ decision: 'retry', progress: { state: 'due' }, pause: { scope: 'account', untilMs } });
    let { progress } = dropped;
    for (let round = 1; progress.state === 'due'; round += 1) {
      expect(progress.failures).toBe(round);
      const sent = protocol.onIntent(protocol.claim(progress), nowMs);
      const accepted = protocol.onSubmitted(sent, { kind: 'submitted', handle: `h${round}`, retryInMs: 1 }, policy, moment).progress;
      const processing = protocol.onStatus(accepted, { kind: 'processing', retryInMs: 1 }, policy, moment);
      ({ progress } = protocol.onStatus(processing.progress, drop('transient'), policy, moment));
    }
    expect(progress).toMatchObject({ state: 'failed', failures: policy.maxFailures, error: { code: 'processing' } });
  });
  it('is a person’s question when it was dropped and Plaza was restored: it may have gone out again since the back-up', () => {
    expect(protocol.onStatus({ ...submitted, wasRestored: true }, drop('transient'), policy, moment)).toMatchObject({ decision: 'unconfirmed', progress: { error: { code: 'restored' } } });
  });
  it.each(REFUSAL_CATEGORIES)('does not fail, and is asked for again, when the question is refused: %s', (category) => {
    const step = protocol.onStatus(submitted, refuse(category), policy, moment);
    expect(step.progress).toMatchObject({ state: 'submitted', handle: submitted.handle, error: { category } });
    expect(step.progress.nextTryAtMs).toBeGreaterThan(nowMs);
    expect(step.reconnect === true).toBe(category === 'reconnect_required');
    const late = { ...moment, nowMs: intentAtMs + policy.patienceMs + 1 };
    expect(protocol.onStatus(submitted, refuse(category), policy, late).decision).toBe('unconfirmed');
  });
});

describe('after a restore', () => {
  it.each(['scheduled', 'due'] as const)(
    'what was %s is reconciled, and not before the last call of the lost installation can have settled',
    (state) => {
      const restored = protocol.onRestoredAt(newProgress(state, dueAtMs), policy, nowMs);
      expect(restored).toMatchObject({
        state: 'unknown',
        hadUnknown: true,
        dispatchedAtMs: dueAtMs,
        nextTryAtMs: nowMs + policy.sendWithinMs + 30_000 + MINUTE_MS,
      });
    },
  );
  it('what was being reconciled starts its window anew', () => {
    expect(protocol.onRestoredAt(reconciling, policy, nowMs + HOUR_MS)).toMatchObject({ state: 'unknown', dispatchedAtMs: intentAtMs });
  });
  it('what was accepted is polled on', () => {
    expect(protocol.onRestoredAt(submitted, policy, nowMs)).toEqual({ ...submitted, fence: submitted.fence + 1, wasRestored: true });
  });
  it('a missing handle proves nothing, since it may have been made after the back-up', () => {
    const restored = protocol.claim(protocol.onRestoredAt(newProgress('due', dueAtMs), policyOf('C'), nowMs));
    expect(protocol.onLookup(restored, { kind: 'absent' }, policyOf('C'), moment).decision).toBe('unconfirmed');
    expect(protocol.onLookup(restored, { kind: 'absent' }, policy, moment).decision).toBe('retry');
  });
});

describe('a worker', () => {
  it('may begin the visible call only shortly after its intent', () => {
    expect([
      protocol.maySend(nowMs, policy, nowMs + policy.sendWithinMs),
      protocol.maySend(nowMs, policy, nowMs + policy.sendWithinMs + 1),
    ]).toEqual([true, false]);
  });
  it('that is gone leaves what it had not sent to the next one at once', () => {
    expect(protocol.onOwnerGone(claimed, policy, nowMs)).toMatchObject({ state: 'due', fence: claimed.fence + 1, nextTryAtMs: nowMs });
    expect(protocol.onOwnerGone(reconciling, policy, nowMs)).toMatchObject({ state: 'unknown', nextTryAtMs: nowMs });
    expect(protocol.onOwnerGone(submitted, policy, nowMs)).toEqual({ ...submitted, fence: submitted.fence + 1 });
  });
});

describe('a budget that is used up', () => {
  const usedUp = { untilMs: dueAtMs + 30 * HOUR_MS, message: 'The day is full.' };
  const delayed = protocol.onBudget(claimed, usedUp, moment);
  it('delays beyond all patience, counts no failure and says why', () => {
    expect(delayed).toMatchObject({ decision: 'budget', progress: { state: 'due', failures: 0, error: { category: 'quota_exhausted', code: 'budget', message: 'The day is full.' } } });
    expect(delayed.progress.nextTryAtMs).toBeGreaterThanOrEqual(usedUp.untilMs);
  });
  it('leaves the whole patience for what comes after', () => {
    const later = { nowMs: usedUp.untilMs + 1_000, random: 0.5 };
    const sent = protocol.onIntent(protocol.claim(delayed.progress), later.nowMs);
    const limit = refuse('rate_limited', { untilMs: later.nowMs + HOUR_MS });
    expect(protocol.onSubmitted(sent, limit, { ...policy, turnAtMs: later.nowMs }, later).progress.state).toBe('due');
    expect(protocol.onSubmitted(sent, limit, policy, later).progress.state).toBe('failed');
  });
});

describe('a publication of several parts', () => {
  const published = (id: string) => ({ kind: 'published', platformPostId: id, platformPostUrl: `https://example.com/${id}` }) as const;
  const first = protocol.onSubmitted(dispatching, published('1'), policy, moment, false);
  const sendNext = (progress: TargetProgress): TargetProgress => protocol.onIntent(protocol.claim(progress), nowMs);

  it('goes on with the next part at once, and shows what is there', () => {
    expect(first.decision).toBe('part_published');
    expect(first.progress).toMatchObject({ state: 'due', nextTryAtMs: nowMs, hadUnknown: false, parts: [{ platformPostId: '1' }], platformPostId: '1', platformPostUrl: 'https://example.com/1', publishedAtMs: nowMs });
    const { progress } = protocol.onSubmitted(sendNext(first.progress), published('2'), policy, moment);
    expect(progress).toMatchObject({ state: 'published', parts: [{ platformPostId: '1' }, { platformPostId: '2' }], platformPostId: '1', platformPostUrl: 'https://example.com/1' });
  });

  it('starts each part with all its tries, whatever the one before took', () => {
    const tired = { ...dispatching, failures: 3, renewedToken: true, hadUnknown: true };
    expect(protocol.onSubmitted(tired, published('1'), policy, moment, false).progress).toMatchObject({ failures: 0, renewedToken: false, hadUnknown: false, state: 'due' });
  });

  it('cannot be canceled any more', () => {
    expect(protocol.isCancelable(first.progress)).toBe(false);
    expect(protocol.isCancelable({ ...first.progress, parts: [] })).toBe(true);
  });

  it('that cannot be finished has failed, keeps what is there, and goes on from there when it is asked for again', () => {
    const { progress } = protocol.onSubmitted(sendNext(first.progress), refuse('content_rejected'), policy, moment);
    expect(progress).toMatchObject({ state: 'failed', error: { message: 'm' }, parts: [{ platformPostId: '1' }], platformPostId: '1' });
    const again = protocol.onRetryAsked(progress, nowMs);
    expect(again).toMatchObject({ state: 'due', parts: [{ platformPostId: '1' }] });
    expect(protocol.onSubmitted(sendNext(again), published('2'), policy, moment).progress).toMatchObject({ state: 'published', parts: [{}, {}], platformPostId: '1' });
  });

  it('is looked for part by part after a restore', () => {
    const lost = protocol.onRestoredAt(first.progress, policy, nowMs);
    const { progress, decision } = protocol.onLookup(protocol.claim(lost), published('2'), policy, moment, false);
    expect({ decision, progress }).toMatchObject({ decision: 'part_published', progress: { state: 'unknown', hadUnknown: true, parts: [{ platformPostId: '1' }, { platformPostId: '2' }] } });
    // What is missing was never sent, and nothing after it.
    const { progress: third } = protocol.onLookup(protocol.claim(progress), { kind: 'absent' }, policy, moment);
    expect(protocol.onSubmitted(sendNext({ ...third, nextTryAtMs: nowMs }), published('3'), policy, moment, false).progress.state).toBe('due');
  });

  it('of class C is a person\'s to judge after a restore, since the handles are lost', () => {
    const accepted = protocol.onRestoredAt({ ...submitted, parts: first.progress.parts }, policyOf('C'), nowMs);
    const { progress } = protocol.onStatus(accepted, published('2'), policyOf('C'), moment, false);
    expect(progress.state).toBe('unknown');
    expect(protocol.onLookup(protocol.claim(progress), { kind: 'absent' }, policyOf('C'), moment).progress.state).toBe('unconfirmed');
  });

  describe('the last of which may be left out', () => {
    const optional: PublishPolicy = { ...policy, isOptional: true };
    const extra = protocol.claim(first.progress);
    const whole = { decision: 'published', progress: { state: 'published', parts: [{ platformPostId: '1' }], error: null, nextTryAtMs: null } };

    it('is published when that is refused for good, with a word on it', () => {
      const step = protocol.onSubmitted(sendNext(first.progress), refuse('scope_missing'), optional, moment);
      expect(step).toMatchObject({ ...whole, progress: { ...whole.progress, warning: 'What was to follow the post was not made: m' } });
    });
    it('still asks for a reconnection, and still tries again what is worth it', () => {
      expect(protocol.onPrepared(extra, refuse('reconnect_required'), optional, moment)).toMatchObject({ ...whole, reconnect: true });
      expect(protocol.onSubmitted(sendNext(first.progress), refuse('transient'), optional, moment)).toMatchObject({ decision: 'retry', progress: { state: 'due' } });
      expect(protocol.onSubmitted(sendNext(first.progress), { kind: 'unknown', reason: 'no answer' }, optional, moment)).toMatchObject({ decision: 'reconcile', progress: { state: 'unknown' } });
    });
    it('is published when no one can tell whether that was made, and it is not made again', () => {
      const doubt = protocol.claim(protocol.onSubmitted(sendNext(first.progress), { kind: 'unknown', reason: 'no answer' }, optional, moment).progress);
      expect(protocol.onGiveUp(doubt, optional)).toMatchObject({ ...whole, progress: { ...whole.progress, warning: expect.stringContaining('may not have been made') } });
    });
    it('never ends so before its first part is visible', () => {
      expect(() => protocol.onSubmitted(dispatching, refuse('scope_missing'), optional, moment)).toThrow('never optional');
    });
  });
});
