import { randomUUID } from 'node:crypto';
import type { CrashPoints, Tx, UnitOfWork } from '@plaza/chassis';
import { connectOf, type AccountCredential, type Connector, type HttpResponse, type OAuthClient, type Refresher, type RefreshReading } from '@plaza/connectors';
import type { Eventing } from '@plaza/messaging';
import { appOf, applyGrant, isRenewable, requireReconnect, type Integration } from '../domain/integration.ts';
import type { Grants } from './grants.ts';
import { reconnectRequiredEvent, refreshedEvent } from './integration-events.ts';
import type { IntegrationRepository, Platforms, RefreshOutcome, Registry, TokenFigures } from './ports.ts';
import type { ReconnectLinks } from './reconnect-link.ts';

/** Once sent, a renewal is never aborted; this is only how long a lost connection can keep it. */
export const REFRESH_DEADLINE_MS = 60_000;
/** A claim this old belongs to a process that is gone: its request has long ended. */
const CLAIM_LIFE_MS = REFRESH_DEADLINE_MS + 30_000;
const RETRY_BASE_MS = 5_000;
const RETRY_CAP_MS = 15 * 60_000;

interface Claimed {
  readonly integration: Integration;
  readonly connector: Connector;
  readonly refresher: Refresher;
  readonly credential: AccountCredential;
  readonly owner: string;
  /** Left by a process that died after it had stored the platform's answer. */
  readonly storedAnswer?: StoredAnswer;
}

interface StoredAnswer {
  readonly step: 'main' | 'fallback';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
}

/**
 * Renews an account's tokens, one caller at a time: the row is claimed, the request is sent and never aborted, the raw answer is stored
 * before anything reads it, and only then read. A crash at any point leaves either the old tokens or the stored answer.
 */
export class RefreshGrant {
  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly grants: Grants,
    private readonly registry: Registry,
    private readonly platforms: Platforms,
    private readonly eventing: Eventing,
    private readonly links: ReconnectLinks,
    private readonly crashPoints: CrashPoints,
    private readonly now: () => Date,
    private readonly figures: TokenFigures,
  ) {}

  /** Renews unless the tokens are no longer those of `revision`. */
  async execute(projectId: string, id: string, revision: number): Promise<RefreshOutcome> {
    const claimed = await this.work.tenant(projectId, (tx) => this.#claim(tx, id, revision));
    // Whoever only waits for another's renewal has made none.
    if ('kind' in claimed) return claimed;
    const outcome = await this.#renew(claimed);
    this.figures.refreshed(claimed.integration.platform, outcome.kind);
    return outcome;
  }

  async #renew(claimed: Claimed): Promise<RefreshOutcome> {
    const stored = claimed.storedAnswer ?? (await this.#ask(claimed, 'main'));
    if ('kind' in stored) return stored;
    const reading = this.#read(claimed, stored);
    const { fallback } = claimed.refresher;
    if (reading.kind !== 'reconnect' || fallback === undefined || stored.step === 'fallback') return this.#settle(claimed, reading);
    const again = await this.#ask(claimed, 'fallback');
    if ('kind' in again) return again.kind === 'gone' ? this.#settle(claimed, reading) : again;
    return this.#settle(claimed, this.#read(claimed, again));
  }

  async #claim(tx: Tx, id: string, revision: number): Promise<Claimed | RefreshOutcome> {
    const integration = await this.integrations.find(tx, id, 'for_update');
    const row = integration === undefined ? undefined : await this.integrations.grant(tx, id);
    if (integration === undefined || row?.sealed === null || row === undefined) return { kind: 'gone' };
    if (integration.grantRevision !== revision) return { kind: 'superseded' };
    if (integration.authStatus !== 'active') return { kind: 'reconnect_required' };
    if (row.refreshOwner !== null && row.claimAgeMs !== null && row.claimAgeMs < CLAIM_LIFE_MS && row.refreshAnswer === null) return { kind: 'waiting' };
    const connector = this.platforms.connector(integration.platform);
    const refresher = connector === undefined ? undefined : connectOf(connector, integration.method)?.refresher;
    if (connector === undefined || refresher === undefined || !isRenewable(integration, connector)) return this.#withoutRenewal(tx, integration);
    const credential = await this.grants.open(tx, integration, row.sealed, { actor: 'connect', purpose: 'renew tokens' });
    const storedAnswer = row.refreshAnswer === null ? undefined : (JSON.parse(await this.grants.openAnswer(tx, integration, row.refreshAnswer)) as StoredAnswer);
    const owner = row.refreshAnswer === null || row.refreshOwner === null ? randomUUID() : row.refreshOwner;
    if (storedAnswer === undefined) await this.integrations.claimRefresh(tx, id, owner);
    return { integration, connector, refresher, credential, owner, ...(storedAnswer === undefined ? {} : { storedAnswer }) };
  }

  /** Tokens that cannot be renewed end the connection when they are over, and not before. */
  async #withoutRenewal(tx: Tx, integration: Integration): Promise<RefreshOutcome> {
    const { accessExpiresAt } = integration;
    if (accessExpiresAt === null || accessExpiresAt > this.now()) return { kind: 'failed', message: 'The platform has no renewal.', retryInMs: RETRY_CAP_MS };
    const message = 'The token has expired and the platform has no renewal for it.';
    const ended = requireReconnect(integration, 'token_expired', message, this.now());
    await this.integrations.save(tx, ended);
    await this.eventing.append(tx, [reconnectRequiredEvent(ended, 'token_expired', message, this.links.url(ended))]);
    return { kind: 'reconnect_required' };
  }

  async #ask(claimed: Claimed, step: StoredAnswer['step']): Promise<StoredAnswer | RefreshOutcome> {
    const { integration, connector, refresher, credential, owner } = claimed;
    const client = await this.#client(claimed);
    if (client !== null && 'message' in client) return this.#tryLater(integration, client.message);
    const context = this.platforms.callContext(connector, integration.mode, credential.extra);
    const input = { client, credential };
    const request = step === 'main' ? refresher.request(context, input) : refresher.fallback?.request(context, input);
    if (request === undefined) return { kind: 'gone' };
    this.crashPoints.pass('refresh.before_send');
    const answer = await context.http.send({ ...request, visible: true, deadlineMs: REFRESH_DEADLINE_MS });
    if (answer.kind !== 'response') return this.#tryLater(integration, answer.reason);
    this.crashPoints.pass('refresh.before_store');
    const { status, headers, body } = answer;
    const stored: StoredAnswer = { step, status, headers, bodyBase64: Buffer.from(body).toString('base64') };
    const isKept = await this.work.tenant(integration.projectId, async (tx) =>
      this.integrations.keepAnswer(tx, integration.id, owner, await this.grants.sealAnswer(tx, integration, JSON.stringify(stored))),
    );
    this.crashPoints.pass('refresh.after_store');
    return isKept ? stored : { kind: 'superseded' };
  }

  async #client({ integration }: Claimed): Promise<OAuthClient | null | { readonly message: string }> {
    if (integration.method !== 'oauth') return null;
    const client = await this.registry.credentials(appOf(integration), `renew tokens of integration ${integration.id}`);
    return client.ok ? client.value : { message: client.failure.message };
  }

  #read({ refresher }: Claimed, stored: StoredAnswer): RefreshReading {
    const response: HttpResponse = { kind: 'response', status: stored.status, headers: stored.headers, body: Buffer.from(stored.bodyBase64, 'base64') };
    const nowMs = this.now().getTime();
    return stored.step === 'main' || refresher.fallback === undefined ? refresher.read(response, nowMs) : refresher.fallback.read(response, nowMs);
  }

  async #settle(claimed: Claimed, reading: RefreshReading): Promise<RefreshOutcome> {
    const { projectId, id, grantRevision } = claimed.integration;
    if (reading.kind === 'transient') return this.#tryLater(claimed.integration, reading.message, reading.untilMs);
    if (reading.kind === 'app') return this.#tryLater(claimed.integration, `The app's credentials were refused: ${reading.message}`);
    return this.work.tenant(projectId, async (tx): Promise<RefreshOutcome> => {
      const fresh = await this.integrations.find(tx, id, 'for_update');
      // The row is read again: a sibling may have won meanwhile, and then its tokens count and not our refusal.
      if (fresh === undefined) return { kind: 'gone' };
      if (fresh.grantRevision !== grantRevision || fresh.authStatus !== 'active') return { kind: 'superseded' };
      if (reading.kind === 'granted') {
        const renewed = applyGrant(fresh, reading.grant, claimed.connector.manifest, this.now());
        await this.integrations.save(tx, renewed, await this.grants.seal(tx, renewed, reading.grant, claimed.credential));
        await this.eventing.append(tx, [refreshedEvent(renewed)]);
        return { kind: 'refreshed' };
      }
      const ended = requireReconnect(fresh, reading.reason, reading.message, this.now());
      await this.integrations.save(tx, ended);
      await this.integrations.endRefresh(tx, id, 0);
      await this.eventing.append(tx, [reconnectRequiredEvent(ended, reading.reason, reading.message, this.links.url(ended))]);
      return { kind: 'reconnect_required' };
    });
  }

  async #tryLater(integration: Integration, message: string, untilMs?: number): Promise<RefreshOutcome> {
    const row = await this.work.tenant(integration.projectId, (tx) => this.integrations.grant(tx, integration.id));
    const backoffMs = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** (row?.refreshFailures ?? 0));
    const retryInMs = Math.max(backoffMs, (untilMs ?? 0) - this.now().getTime());
    await this.work.tenant(integration.projectId, (tx) => this.integrations.endRefresh(tx, integration.id, retryInMs));
    return { kind: 'failed', message, retryInMs };
  }
}
