import { checkContent, checkMediaItem, type Attachment, type Violation } from '@plaza/connectors';
import { fail, failure, ok, type AccountFacts, type ErrorCode, type Failure, type MediaItemInput, type Mode, type Result, type TargetInput } from '@plaza/contracts';
import type { PostMedia, TargetAttachment } from '../domain/post.ts';
import type { Account, AccountDirectory, MediaSource, Platforms } from './ports.ts';

/** What a customer wants published, before anything was looked at. */
export interface DraftInput {
  readonly projectId: string;
  readonly mode: Mode;
  readonly content: string;
  readonly mediaItems: readonly MediaItemInput[];
  readonly platforms: readonly TargetInput[];
  /** A draft may still be incomplete: accounts are checked, limits are not. */
  readonly isDraft: boolean;
}

/** A target that may be published as it is. */
export interface CheckedTarget {
  readonly input: TargetInput;
  readonly account: Account;
  readonly options: Readonly<Record<string, unknown>>;
  readonly attachments: readonly TargetAttachment[];
}

export interface CheckedDraft {
  readonly targets: readonly CheckedTarget[];
  readonly media: readonly PostMedia[];
}

/** Why one target would be refused; `index` is its place in `platforms`. */
interface TargetProblem {
  readonly index: number;
  readonly accountId: string;
  readonly platform: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly violations?: readonly Violation[];
}

/** Checks a post as its platforms would: accounts, options, media from their bytes, limits counted as each platform counts. */
export class ReadDraft {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly media: MediaSource,
    private readonly platforms: Platforms,
  ) {}

  async execute(input: DraftInput): Promise<Result<CheckedDraft, Failure>> {
    const accounts = await this.accounts.find(input.projectId, input.platforms.map(({ accountId }) => accountId));
    const problems = input.platforms.flatMap((target, index) => accountProblem(target, index, input, accounts.get(target.accountId)));
    if (problems.length > 0) return refuse(problems);
    const media = await this.#probe(input.mediaItems);
    if (!media.ok) return media;
    const checked = await Promise.all(input.platforms.map((target, index) => this.#check(input, target, index, media.value, accounts)));
    const refused = checked.flatMap((one) => (one.ok ? [] : [one.failure]));
    if (refused.length > 0) return refuse(refused);
    return ok({ media: media.value, targets: checked.flatMap((one) => (one.ok ? [one.value] : [])) });
  }

  async #check(input: DraftInput, target: TargetInput, index: number, media: readonly PostMedia[], accounts: ReadonlyMap<string, Account>): Promise<Result<CheckedTarget, TargetProblem>> {
    const account = accounts.get(target.accountId);
    const connector = this.platforms.connector(target.platform);
    if (account === undefined || connector === undefined) throw new Error('The account was found a moment ago.');
    const { manifest, publish } = connector;
    const problem = (violations: readonly Violation[]): Result<never, TargetProblem> =>
      fail({ index, accountId: target.accountId, platform: target.platform, code: 'post.content_refused', message: violations.map(({ message }) => message).join(' '), violations });
    if (publish === undefined) return problem([{ rule: 'platform_unsupported', message: String(manifest.features.text), path: `platforms[${index}].platform` }]);
    const parsed = manifest.options.safeParse(target.platformSpecificData ?? {});
    if (!parsed.success) return problem(parsed.error.issues.map((issue) => ({ rule: 'option_invalid', message: issue.message, path: ['platformSpecificData', ...issue.path].join('.') })));
    const content = { text: target.content ?? input.content, options: parsed.data };
    const attached = await this.#attach(publish.attachments?.(content, input.mediaItems) ?? []);
    const violationsOf = ({ facts }: Account) => [...attached.violations, ...(input.isDraft ? [] : [...checkContent(manifest, content, media, facts), ...attached.limits(facts)])];
    // An account that was just connected again may hold now what it lacked before.
    const isRefused = violationsOf(account).length > 0;
    const violations = isRefused ? violationsOf((await this.accounts.ask(input.projectId, target.accountId)) ?? account) : [];
    if (violations.length > 0) return problem(violations);
    return ok({ input: target, account, options: parsed.data, attachments: attached.attachments });
  }

  /** Fetches what is named beside the media, and holds it against its limits. */
  async #attach(named: readonly Attachment[]): Promise<{ readonly attachments: TargetAttachment[]; readonly violations: Violation[]; readonly limits: (account: AccountFacts | null) => Violation[] }> {
    const probed = await Promise.all(named.map(async (attachment) => ({ ...attachment, probed: await this.media.probe(attachment) })));
    return {
      attachments: probed.flatMap(({ path, probed: one }) => (one.ok ? [{ path, media: one.value }] : [])),
      violations: probed.flatMap(({ path, probed: one }) => (one.ok ? [] : [{ rule: 'media_unreachable', message: one.failure.message, path }])),
      limits: (account) =>
        probed.flatMap(({ path, limits, limitsOf, probed: one }) => (one.ok ? checkMediaItem(((account === null ? undefined : limitsOf?.(account)) ?? limits)[one.value.type], one.value, path) : [])),
    };
  }

  async #probe(items: readonly MediaItemInput[]): Promise<Result<PostMedia[], Failure>> {
    const probed = await Promise.all(items.map((item) => this.media.probe(item)));
    const problems = probed.flatMap((one, index) => (one.ok ? [] : [{ path: `mediaItems[${index}]`, code: one.failure.code, message: one.failure.message }]));
    if (problems.length > 0) return fail(failure('post.media_unreachable', { message: problems[0]?.message ?? '', details: { problems } }));
    return ok(probed.flatMap((one) => (one.ok ? [one.value] : [])));
  }
}

function refuse(problems: readonly TargetProblem[]): Result<never, Failure> {
  const codes = new Set(problems.map(({ code }) => code));
  const [code = 'post.content_refused'] = codes;
  const message = problems.map(({ platform, message: text }) => `${platform}: ${text}`).join(' ');
  return fail(failure(codes.size === 1 ? code : 'post.content_refused', { message, details: { targets: problems } }));
}

function accountProblem(target: TargetInput, index: number, input: DraftInput, account: Account | undefined): TargetProblem[] {
  const code = accountCode(target, index, input, account);
  if (code === undefined) return [];
  return [{ index, accountId: target.accountId, platform: target.platform, code, message: failure(code).message }];
}

function accountCode(target: TargetInput, index: number, input: DraftInput, account: Account | undefined): ErrorCode | undefined {
  if (account === undefined) return 'post.account_unknown';
  if (account.state === 'disconnected') return 'post.account_disconnected';
  if (account.mode !== input.mode) return 'post.account_mode';
  if (account.platform !== target.platform) return 'post.account_platform';
  const isTwice = input.platforms.some((other, place) => place < index && other.accountId === target.accountId);
  return isTwice ? 'post.account_twice' : undefined;
}
