import type { UnitOfWork } from '@plaza/chassis';
import { describeWindow, type Budget, type Content, type Manifest, type Publication } from '@plaza/connectors';
import { GroupCommit } from '@plaza/messaging';
import { calendarDay } from '../domain/calendar-day.ts';
import type { Target } from '../domain/post.ts';
import type { BudgetRepository, Spender, SpendResult, Spending } from './ports.ts';

/** That a budget is used up, and from when on there is room in it. */
export interface UsedUp {
  readonly untilMs: number;
  readonly message: string;
}

/** When the part took what it needs, and so had its turn; undefined where the platform has no budgets. */
export interface Taken {
  readonly atMs: number | undefined;
}

/** Which part of which account's post goes out. */
type PartOfAccount = Pick<Publication, 'account' | 'before' | 'media'>;

/** What one transaction counts at most. */
const MAX_GROUP = 100;

/** Counts what publications take of the platforms' budgets, so that what would exceed one waits instead of being refused. */
export class KeepBudgets {
  readonly #spends: GroupCommit<Spender, SpendResult>;

  constructor(
    work: UnitOfWork,
    rows: BudgetRepository,
    private readonly now: () => Date,
  ) {
    this.#spends = new GroupCommit({ maxSize: MAX_GROUP, run: (spenders) => work.system((tx) => rows.take(tx, spenders)) });
  }

  /** Takes what a part of a target needs, or nothing of it. */
  async take(manifest: Manifest, target: Target, publication: PartOfAccount, content: Content): Promise<UsedUp | Taken> {
    const needed = (manifest.budgets ?? []).filter((budget) => isTakeable(budget, budget.cost(publication.before.length, content, publication.media.length)));
    if (needed.length === 0) return { atMs: undefined };
    const at = this.now();
    const spendings = needed.map((budget) => spendingOf(budget, target, publication, content, at));
    const taken = await this.#spends.submit({ projectId: target.projectId, targetId: target.id, part: publication.before.length, at, spendings });
    if (taken.kind === 'taken') return { atMs: taken.since.getTime() };
    const usedUp = needed.filter(({ unit }) => unit === taken.spending.unit).map(described).join();
    return { untilMs: Math.max(taken.freeAt.getTime(), at.getTime() + 1000), message: `${manifest.displayName} lets ${usedUp}, and they are used up.` };
  }
}

/** What could never be paid is left to the platform to refuse. */
function isTakeable(budget: Budget, units: number): boolean {
  return units > 0 && units <= budget.max;
}

/** The platform counts for its own account, however often that is connected. */
function spendingOf(budget: Budget, { platform, mode, appId }: Target, { account, before, media }: PartOfAccount, content: Content, at: Date): Spending {
  const place = `${platform}:${mode}`;
  const owner = budget.of === 'account' ? `account:${place}:${account.platformUserId}` : `app:${appId ?? `managed:${place}`}`;
  const common = { owner, unit: budget.unit, units: budget.cost(before.length, content, media.length), max: budget.max };
  if (budget.window.kind === 'rolling') return { ...common, since: new Date(at.getTime() - budget.window.ms), window: budget.window };
  const day = calendarDay(at.getTime(), budget.window.timeZone);
  return { ...common, since: new Date(day.startMs - 1), window: { kind: 'day', endsAt: new Date(day.endMs) } };
}

function described({ max, unit, of, window }: Budget): string {
  return `${of === 'account' ? 'an account' : 'an app'} have ${max} ${unit} ${describeWindow(window)}`;
}
