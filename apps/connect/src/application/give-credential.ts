import { setTimeout as delay } from 'node:timers/promises';
import { isId, type Tx, type UnitOfWork } from '@plaza/chassis';
import type { AccountCredential, CallContext, Connector } from '@plaza/connectors';
import { fail, failure, ok, type AuthFailureReason, type Failure, type Result } from '@plaza/contracts';
import type { Eventing } from '@plaza/messaging';
import { isRenewable, requireReconnect, type Integration } from '../domain/integration.ts';
import type { Grants, GrantUse } from './grants.ts';
import { reconnectRequiredEvent } from './integration-events.ts';
import type { IntegrationRepository, Platforms } from './ports.ts';
import type { ReconnectLinks } from './reconnect-link.ts';
import type { RefreshGrant } from './refresh-grant.ts';

/** A token that expires sooner than this is renewed before it is handed out. */
const SPARE_MS = 60_000;
const WAIT_STEP_MS = 25;
/** A caller waits so long for a sibling's renewal before it is told to come again. */
const WAIT_TOTAL_MS = 20_000;

/** What a caller gets for an account. */
export type GivenCredential =
  | ({ readonly kind: 'credential' } & HeldCredential)
  | { readonly kind: 'reconnect_required'; readonly reason: AuthFailureReason; readonly message: string }
  | { readonly kind: 'try_later'; readonly message: string; readonly retryInMs: number };

/** A token that is wanted, and what for. */
export interface WantedCredential {
  readonly id: string;
  readonly use: GrantUse;
}

/** A token in force, with its account. */
export interface HeldCredential {
  readonly integration: Integration;
  readonly credential: AccountCredential;
}

/** The same with the way to its platform. */
export interface OpenAccount extends HeldCredential {
  readonly connector: Connector;
  readonly context: CallContext;
}

/** Hands out the tokens in force, renewed first when they are about to expire or the platform just called them expired. */
export class GiveCredential {
  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly grants: Grants,
    private readonly refreshGrant: RefreshGrant,
    private readonly platforms: Platforms,
    private readonly eventing: Eventing,
    private readonly links: ReconnectLinks,
    private readonly now: () => Date,
  ) {}

  async execute(projectId: string, id: string, use: GrantUse, rejectedRevision?: number): Promise<Result<GivenCredential, Failure>> {
    if (!isId(id)) return fail(failure('integration.not_found'));
    const giveUpAtMs = Date.now() + WAIT_TOTAL_MS;
    for (;;) {
      const given = await this.work.tenant(projectId, (tx) => this.#take(tx, id, use, rejectedRevision));
      if (given === undefined) return fail(failure('integration.not_found'));
      if (given.kind !== 'stale') return ok(given);
      const outcome = await this.refreshGrant.execute(projectId, id, given.revision);
      if (outcome.kind === 'failed') return ok(await this.#afterFailedRenewal(projectId, id, use, outcome, rejectedRevision));
      if (outcome.kind === 'waiting') {
        if (Date.now() > giveUpAtMs) return ok({ kind: 'try_later', message: 'The tokens are being renewed.', retryInMs: 1_000 });
        await delay(WAIT_STEP_MS);
      }
    }
  }

  /** The account with all that a call to its platform takes; undefined when it has no tokens that are in force. */
  async open(projectId: string, id: string, use: GrantUse): Promise<OpenAccount | undefined> {
    const given = await this.execute(projectId, id, use);
    if (!given.ok || given.value.kind !== 'credential') return undefined;
    const { integration, credential } = given.value;
    const connector = this.platforms.connector(integration.platform);
    if (connector === undefined) return undefined;
    return { integration, credential, connector, context: this.platforms.callContext(connector, integration.mode, credential.extra) };
  }

  /** Those of the wanted tokens that are in force and need no renewal; undefined where one has to be asked for alone. */
  async inForce(projectId: string, wanted: readonly WantedCredential[]): Promise<(HeldCredential | undefined)[]> {
    return this.work.tenant(projectId, async (tx) => {
      const held = await this.integrations.activeGrants(tx, wanted.map(({ id }) => id).filter(isId));
      const grants = wanted.flatMap((want, index) => {
        const grant = held.find(({ integration }) => integration.id === want.id);
        return grant === undefined || this.#expiresSoon(grant.integration) ? [] : [{ ...grant, use: want.use, index }];
      });
      if (grants.length === 0) return wanted.map(() => undefined);
      const credentials = await this.grants.openAll(tx, projectId, grants);
      const given = new Map(grants.map(({ integration, index }, position) => [index, { integration, credential: credentials[position] }]));
      return wanted.map((_want, index) => given.get(index) as HeldCredential | undefined);
    });
  }

  /** A worker's word that the platform wants a new consent; ignored when the tokens were replaced meanwhile. */
  async requireReconnect(projectId: string, id: string, revision: number, reason: AuthFailureReason, message: string): Promise<Result<void, Failure>> {
    if (!isId(id)) return fail(failure('integration.not_found'));
    return this.work.tenant(projectId, async (tx) => {
      const integration = await this.integrations.find(tx, id, 'for_update');
      if (integration === undefined) return fail(failure('integration.not_found'));
      if (integration.grantRevision === revision && integration.authStatus === 'active') await this.#end(tx, integration, reason, message);
      return ok(undefined);
    });
  }

  async #take(tx: Tx, id: string, use: GrantUse, rejectedRevision: number | undefined): Promise<GivenCredential | { readonly kind: 'stale'; readonly revision: number } | undefined> {
    const integration = await this.integrations.find(tx, id);
    if (integration === undefined) return undefined;
    if (integration.authStatus !== 'active') {
      return { kind: 'reconnect_required', reason: integration.authFailureReason ?? 'refresh_rejected', message: integration.authFailureMessage ?? '' };
    }
    const isStale = rejectedRevision === integration.grantRevision || this.#expiresSoon(integration);
    const connector = this.platforms.connector(integration.platform);
    const canRenew = connector !== undefined && isRenewable(integration, connector);
    if (isStale && canRenew) return { kind: 'stale', revision: integration.grantRevision };
    if (isStale && (rejectedRevision === integration.grantRevision || this.#isExpired(integration))) {
      const message = 'The token has expired and the platform has no renewal for it.';
      await this.#end(tx, integration, 'token_expired', message);
      return { kind: 'reconnect_required', reason: 'token_expired', message };
    }
    return this.#open(tx, integration, use);
  }

  async #open(tx: Tx, integration: Integration, use: GrantUse): Promise<GivenCredential | undefined> {
    const row = await this.integrations.grant(tx, integration.id);
    if (row === undefined || row.sealed === null) return undefined;
    return { kind: 'credential', integration, credential: await this.grants.open(tx, integration, row.sealed, use) };
  }

  /** A failed renewal ahead of time does no harm: the token is still good until it really expires. */
  async #afterFailedRenewal(projectId: string, id: string, use: GrantUse, outcome: { message: string; retryInMs: number }, rejectedRevision?: number): Promise<GivenCredential> {
    const tryLater = { kind: 'try_later', message: outcome.message, retryInMs: outcome.retryInMs } as const;
    return this.work.tenant(projectId, async (tx) => {
      const integration = await this.integrations.find(tx, id);
      if (integration === undefined || integration.grantRevision === rejectedRevision || this.#isExpired(integration)) return tryLater;
      return (await this.#open(tx, integration, use)) ?? tryLater;
    });
  }

  async #end(tx: Tx, integration: Integration, reason: AuthFailureReason, message: string): Promise<void> {
    const ended = requireReconnect(integration, reason, message, this.now());
    await this.integrations.save(tx, ended);
    await this.eventing.append(tx, [reconnectRequiredEvent(ended, reason, message, this.links.url(ended))]);
  }

  #expiresSoon({ accessExpiresAt }: Integration): boolean {
    return accessExpiresAt !== null && accessExpiresAt.getTime() - this.now().getTime() < SPARE_MS;
  }

  #isExpired({ accessExpiresAt }: Integration): boolean {
    return accessExpiresAt !== null && accessExpiresAt <= this.now();
  }
}
