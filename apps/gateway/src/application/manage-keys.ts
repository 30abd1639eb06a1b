import { isId, newId, noteResource, type UnitOfWork } from '@plaza/chassis';
import { fail, failure, keyRevoked, ok, type Failure, type Mode, type Result, type Scope } from '@plaza/contracts';
import { event, type Eventing } from '@plaza/messaging';
import { newKeyText, type ApiKey } from '../domain/api-key.ts';
import type { KeyRepository } from './ports.ts';

export interface CreateKeyInput {
  readonly projectId: string;
  readonly name: string;
  readonly mode: Mode;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
  /** The key that asks; absent when the operator does. */
  readonly grantor?: { readonly scopes: readonly Scope[]; readonly mode: Mode };
}

/** Makes, lists and revokes a project's API keys. */
export class ManageKeys {
  constructor(
    private readonly work: UnitOfWork,
    private readonly keys: KeyRepository,
    private readonly eventing: Pick<Eventing, 'append'>,
    private readonly now: () => Date,
  ) {}

  /** The new key with its text, which is shown now and never again. */
  async create(input: CreateKeyInput): Promise<Result<{ readonly key: ApiKey; readonly text: string }, Failure>> {
    const { grantor, ...facts } = input;
    const missing = grantor === undefined ? [] : input.scopes.filter((scope) => !grantor.scopes.includes(scope));
    if (missing.length > 0) return fail(failure('key.scope_not_held', { details: { scopes: missing } }));
    if (grantor !== undefined && grantor.mode !== input.mode) return fail(failure('key.scope_not_held', { details: { mode: input.mode } }));
    const { text, publicId, secretHash } = newKeyText(input.mode);
    const key: ApiKey = { id: newId(), ...facts, publicId, secretHash, createdAt: this.now(), lastUsedAt: null, revokedAt: null };
    await this.work.tenant(input.projectId, async (tx) => {
      await this.keys.add(tx, key);
      await noteResource(tx, input.projectId, key.id);
    });
    return ok({ key, text });
  }

  async list(projectId: string, page: number, limit: number): Promise<{ readonly total: number; readonly keys: readonly ApiKey[] }> {
    return this.work.tenant(projectId, (tx) => this.keys.list(tx, page, limit));
  }

  async revoke(projectId: string, id: string): Promise<Result<ApiKey, Failure>> {
    if (!isId(id)) return fail(failure('key.not_found'));
    return this.work.tenant(projectId, async (tx) => {
      const key = await this.keys.revoke(tx, id, this.now());
      if (key === undefined) return fail(failure('key.not_found'));
      await this.eventing.append(tx, [event(keyRevoked, { projectId, key: id, sequence: 1, data: { keyId: id } })]);
      return ok(key);
    });
  }
}
