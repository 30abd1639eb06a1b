import { Controller, Inject } from '@nestjs/common';
import { callerKey, Input, orProblem, Route } from '@plaza/chassis';
import { createKeyRoute, listKeysRoute, revokeKeyRoute, type Key, type RouteInput, type RouteOutput } from '@plaza/contracts';
import { ManageKeys } from '../../application/manage-keys.ts';
import { keyPrefix, type ApiKey } from '../../domain/api-key.ts';

@Controller()
export class KeysController {
  constructor(@Inject(ManageKeys) private readonly manageKeys: ManageKeys) {}

  @Route(createKeyRoute)
  async create(@Input() { body }: RouteInput<typeof createKeyRoute>): Promise<RouteOutput<typeof createKeyRoute>> {
    const { projectId, scopes, mode } = callerKey();
    const made = await this.manageKeys.create({
      projectId,
      name: body.name,
      mode: body.mode ?? mode,
      scopes: body.scopes ?? scopes,
      expiresAt: body.expiresAt === undefined ? null : new Date(body.expiresAt),
      grantor: { scopes, mode },
    });
    const { key, text } = orProblem(made);
    return { success: true, key: { ...presentKey(key), key: text } };
  }

  @Route(listKeysRoute)
  async list(@Input() { query }: RouteInput<typeof listKeysRoute>): Promise<RouteOutput<typeof listKeysRoute>> {
    const { total, keys } = await this.manageKeys.list(callerKey().projectId, query.page, query.limit);
    return { success: true, total, page: query.page, limit: query.limit, keys: keys.map(presentKey) };
  }

  @Route(revokeKeyRoute)
  async revoke(@Input() { params }: RouteInput<typeof revokeKeyRoute>): Promise<RouteOutput<typeof revokeKeyRoute>> {
    orProblem(await this.manageKeys.revoke(callerKey().projectId, params.id));
    return { success: true, message: 'The key was revoked.' };
  }
}

/** A key as it may be shown at any time. */
export function presentKey(key: ApiKey): Key {
  return {
    id: key.id,
    name: key.name,
    mode: key.mode,
    prefix: keyPrefix(key),
    scopes: [...key.scopes],
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
