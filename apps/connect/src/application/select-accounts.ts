import { newId, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, ok, type Failure, type Platform, type Result, type SelectableAccount } from '@plaza/contracts';
import { newToken, tokenHash } from '../domain/pkce.ts';
import { isRedirectAllowed, withOutcome } from '../domain/redirect.ts';
import type { Integration } from '../domain/integration.ts';
import type { Grants, OfferedGrant } from './grants.ts';
import type { KeepIntegration } from './keep-integration.ts';
import type { ConnectSession, Platforms, Selection, SelectionRepository, SessionRepository } from './ports.ts';

const LIFE_SECONDS = 600;

/** What became of a choice. */
export interface SelectedAccounts {
  readonly integrations: readonly Integration[];
  /** Where the browser may go now; null where nobody named a place. */
  readonly redirectUri: string | null;
}

/** Lets the user choose among the accounts that a consent reaches. Their tokens wait in the vault; who holds the token may choose, once. */
export class SelectAccounts {
  constructor(
    private readonly work: UnitOfWork,
    private readonly selections: SelectionRepository,
    private readonly sessions: SessionRepository,
    private readonly platforms: Platforms,
    private readonly grants: Grants,
    private readonly keep: KeepIntegration,
    private readonly options: { readonly publicUrl: string; readonly isListRequired: boolean },
  ) {}

  /** Resolves to the token of the choice. */
  async offer(session: ConnectSession, accounts: readonly OfferedGrant[]): Promise<string> {
    const { projectId, platform, mode, app, profileId, redirectUri, instance, login, scopes } = session;
    const token = newToken();
    const id = newId();
    await this.work.tenant(projectId, async (tx) => {
      const sealedAccounts = await this.grants.sealOffer(tx, projectId, id, accounts);
      const selection: Selection = { id, projectId, platform, mode, app, profileId, redirectUri, instance, login, scopes, sealedAccounts };
      await this.selections.add(tx, selection, tokenHash(token), LIFE_SECONDS);
    });
    return token;
  }

  pageUrl(platform: Platform, token: string): string {
    return `${this.options.publicUrl}/v1/connect/${platform}/selection/${token}/page`;
  }

  async read(platform: Platform, token: string): Promise<Result<{ readonly expiresInSeconds: number; readonly accounts: readonly SelectableAccount[] }, Failure>> {
    const found = await this.work.system((tx) => this.selections.find(tx, tokenHash(token)));
    if (found === undefined || found.selection.platform !== platform) return fail(failure('connect.selection_invalid'));
    const { projectId, id, sealedAccounts } = found.selection;
    const offered = await this.work.tenant(projectId, (tx) => this.grants.openOffer(tx, projectId, id, sealedAccounts));
    return ok({ expiresInSeconds: found.expiresInSeconds, accounts: offered.map(selectable) });
  }

  async choose(platform: Platform, token: string, ids: readonly string[]): Promise<Result<SelectedAccounts, Failure>> {
    const hash = tokenHash(token);
    const found = await this.work.system((tx) => this.selections.find(tx, hash));
    const connector = this.platforms.connector(platform);
    if (found === undefined || connector === undefined || found.selection.platform !== platform) return fail(failure('connect.selection_invalid'));
    const { selection } = found;
    const { projectId } = selection;
    return this.work.tenant(projectId, async (tx) => {
      const offered = await this.grants.openOffer(tx, projectId, selection.id, selection.sealedAccounts);
      const unknown = ids.filter((id) => !offered.some(({ profile }) => profile.platformUserId === id));
      if (unknown.length > 0) return fail(failure('connect.selection_unknown', { details: { unknown } }));
      if ((await this.selections.consume(tx, hash)) === undefined) return fail(failure('connect.selection_invalid'));
      const integrations: Integration[] = [];
      for (const { profile, grant } of offered.filter((account) => ids.includes(account.profile.platformUserId))) {
        integrations.push(await this.keep.within(tx, { ...selection, connector, method: 'oauth', profile, grant }));
      }
      const allowList = await this.sessions.allowList(tx);
      return ok({ integrations, redirectUri: this.#target(selection, integrations, allowList) });
    });
  }

  #target({ redirectUri, platform }: Selection, integrations: readonly Integration[], allowList: readonly string[]): string | null {
    if (redirectUri === null || !isRedirectAllowed(redirectUri, { allowList, isListRequired: this.options.isListRequired })) return null;
    return withOutcome(redirectUri, { status: 'success', platform, integrationId: integrations.map(({ id }) => id).join(',') });
  }
}

function selectable({ type, profile }: OfferedGrant): SelectableAccount {
  const { platformUserId, displayName, username, imageUrl } = profile;
  return { id: platformUserId, type, platformUserId, displayName, username, imageUrl };
}
