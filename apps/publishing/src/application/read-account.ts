import { fail, failure, ok, type Failure, type Mode, type Platform, type Result } from '@plaza/contracts';
import type { AskPlatform } from './ask-platform.ts';
import type { AccountDirectory, Platforms } from './ports.ts';

export interface AccountQuestion {
  readonly projectId: string;
  readonly mode: Mode;
  readonly platform: Platform;
  /** Undefined for the account of the platform that was connected first. */
  readonly accountId: string | undefined;
  /** Name of a reading of the platform's connector. */
  readonly reading: string;
}

/** Answers what a customer asks of an account before a post is written. */
export class ReadAccount {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly platforms: Platforms,
    private readonly platform: AskPlatform,
  ) {}

  /** The answer is of the shape of the route that asks; what the platform refuses is `reading.failed`, with the category and its words. */
  async ask({ projectId, mode, platform, accountId, reading }: AccountQuestion): Promise<Result<unknown, Failure>> {
    const account = accountId === undefined ? await this.accounts.first(projectId, platform, mode) : (await this.accounts.find(projectId, [accountId])).get(accountId);
    if (account === undefined || account.state === 'disconnected' || account.platform !== platform || account.mode !== mode) return fail(failure('integration.not_found'));
    const connector = this.platforms.connector(platform);
    const read = connector?.readings?.[reading];
    if (connector === undefined || read === undefined) return fail(failure('platform.unavailable'));
    const answer = await this.platform.ask({ projectId, accountId: account.accountId, connector, mode }, `read ${reading}`, read);
    if (answer.kind === 'reading') return ok(answer.value);
    // It was disconnected, whether or not this service has been told of that by now.
    if (answer.code === 'integration.not_found') return fail(failure('integration.not_found'));
    return fail(failure('reading.failed', { message: answer.message, details: { category: answer.category } }));
  }
}
