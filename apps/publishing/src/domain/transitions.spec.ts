import { TARGET_STATES, type TargetState } from '@plaza/contracts';
import { ENDED, ForbiddenTransition, HOLDS_ORDER, IN_FLIGHT, move, statusOfPost, statusOfTarget, TRANSITIONS } from './transitions.ts';

const pairs = TARGET_STATES.flatMap((from) => TARGET_STATES.map((to) => ({ from, to })));
const allowed = pairs.filter(({ from, to }) => TRANSITIONS[from].includes(to));
const forbidden = pairs.filter(({ from, to }) => !TRANSITIONS[from].includes(to));

describe('the table of transitions', () => {
  it.each(allowed)('lets a target go from $from to $to', ({ from, to }) => {
    expect(move(from, to)).toBe(to);
  });
  it.each(forbidden)('refuses the way from $from to $to', ({ from, to }) => {
    expect(() => move(from, to)).toThrow(ForbiddenTransition);
  });
  it('makes nothing visible without the intent before it', () => {
    const sources = (to: TargetState): TargetState[] => allowed.filter((pair) => pair.to === to).map(({ from }) => from);
    expect(sources('dispatching')).toEqual(['claimed']);
    // What is claimed makes nothing visible on this way: it leaves out the rest of what is visible already.
    expect(sources('published').sort()).toEqual(['claimed', 'dispatching', 'processing', 'reconciling', 'submitted', 'unconfirmed']);
  });
  it('lets a target be canceled only before a worker has it', () => {
    expect(allowed.filter(({ to }) => to === 'canceled').map(({ from }) => from)).toEqual(['draft', 'scheduled', 'due']);
  });
  it('keeps what is published for good', () => {
    expect(TRANSITIONS.published).toEqual([]);
  });
  it('leads from every state that is under way to an end', () => {
    for (const state of IN_FLIGHT) {
      const reached = new Set<TargetState>([state]);
      for (const one of reached) for (const next of TRANSITIONS[one]) reached.add(next);
      expect([...reached].some((one) => ENDED.includes(one))).toBe(true);
    }
  });
  it('lets no one pass a target that is due, unresolved or about to be marked as due', () => {
    expect([...HOLDS_ORDER].sort()).toEqual(['claimed', 'dispatching', 'due', 'reconciling', 'scheduled', 'unknown']);
  });
});

describe('statusOfTarget', () => {
  it.each([
    ['canceled', 'draft'],
    ['claimed', 'publishing'],
    ['processing', 'publishing'],
    ['unknown', 'pending'],
    ['unconfirmed', 'pending'],
    ['failed', 'failed'],
  ] as const)('shows %s as %s', (state, status) => {
    expect(statusOfTarget(state)).toBe(status);
  });
});

describe('statusOfPost', () => {
  it.each<[string, TargetState[], string]>([
    ['no target at all', [], 'partial'],
    ['all published', ['published', 'published'], 'published'],
    ['all failed', ['failed'], 'failed'],
    ['all canceled', ['canceled', 'canceled'], 'draft'],
    ['all scheduled', ['scheduled', 'scheduled'], 'scheduled'],
    ['one still under way', ['published', 'dispatching', 'unconfirmed'], 'publishing'],
    ['one still scheduled', ['published', 'scheduled'], 'publishing'],
    ['one unresolved', ['published', 'unknown'], 'pending'],
    ['one unconfirmed beside a failure', ['failed', 'unconfirmed'], 'pending'],
    ['different ends', ['published', 'failed'], 'partial'],
    ['published and canceled', ['published', 'canceled'], 'partial'],
  ])('with %s', (_name, states, status) => {
    expect(statusOfPost(states)).toBe(status);
  });
});
