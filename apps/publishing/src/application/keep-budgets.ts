import type { UnitOfWork } from '@plaza/chassis';
import { describeWindow, type Budget, type Content, type Manifest, type Publication } from '@plaza/connectors';
import { calendarDay } from '../domain/calendar-day.ts';
import type { Target } from '../domain/post.ts';
import type { BudgetRepository, Spending } from './ports.ts';

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

/** Counts what publications take of the platforms' budgets, so that what would exceed one waits instead of being refused. */
export class KeepBudgets {
  constructor(
    private readonly work: UnitOfWork,
    private readonly rows: BudgetRepository,
    private readonly now: () => Date,
  ) {}

  /** Takes what a part of a target needs, or nothing of it. */
  async take(manifest: Manifest, target: Target, publication: PartOfAccount, content: Content): Promise<UsedUp | Taken> {
    const needed = (manifest.budgets ?? []).filter((budget) => isTakeable(budget, budget.cost(publication.before.length, content, publication.media.length)));
    if (needed.length === 0) return { atMs: undefined };
    return this.work.system(async (tx) => {
      const at = this.now();
      // Always in one order, so that no two callers hold what the other waits for.
      const spendings: Spending[] = [];
      let atMs = at.getTime();
      for (const budget of needed.toSorted((one, other) => one.unit.localeCompare(other.unit))) {
        const spending = spendingOf(budget, target, publication, content, at);
        const room = await this.rows.room(tx, spending);
        if (room.kind === 'spent') atMs = Math.min(atMs, room.at.getTime());
        if (room.kind === 'room') spendings.push(spending);
        if (room.kind !== 'used_up') continue;
        return { untilMs: Math.max(room.freeAt.getTime(), at.getTime() + 1000), message: `${manifest.displayName} lets ${described(budget)}, and they are used up.` };
      }
      for (const spending of spendings) await this.rows.spend(tx, spending);
      return { atMs };
    });
  }
}

/** What could never be paid is left to the platform to refuse. */
function isTakeable(budget: Budget, units: number): boolean {
  return units > 0 && units <= budget.max;
}

/** The platform counts for its own account, however often that is connected. */
function spendingOf(budget: Budget, { id, projectId, platform, mode, appId }: Target, { account, before, media }: PartOfAccount, content: Content, at: Date): Spending {
  const place = `${platform}:${mode}`;
  const owner = budget.of === 'account' ? `account:${place}:${account.platformUserId}` : `app:${appId ?? `managed:${place}`}`;
  const part = before.length;
  const common = { projectId, targetId: id, part, owner, unit: budget.unit, units: budget.cost(part, content, media.length), max: budget.max, at };
  if (budget.window.kind === 'rolling') return { ...common, since: new Date(at.getTime() - budget.window.ms), window: budget.window };
  const day = calendarDay(at.getTime(), budget.window.timeZone);
  return { ...common, since: new Date(day.startMs - 1), window: { kind: 'day', endsAt: new Date(day.endMs) } };
}

function described({ max, unit, of, window }: Budget): string {
  return `${of === 'account' ? 'an account' : 'an app'} have ${max} ${unit} ${describeWindow(window)}`;
}
