import type { Refused } from '@plaza/connectors';
import type { Read } from './database.ts';
import type { Steps } from './process.ts';
import type { World } from './world.ts';

/** What connect gives for an account: its token, a new one if the old was rejected, or a reason why there is none. */
export function* giveCredential(
  world: World,
  { row, progress, credentialRevision }: Read,
): Steps<{ kind: 'credential'; revision: number } | Refused> {
  const { account } = row;
  yield world.random.between(1, 20);
  if (account.isGrantDead)
    return { kind: 'refused', category: 'reconnect_required', code: 'reconnect_required', message: 'the grant was revoked' };
  if (world.strikes(world.hostility.trouble / 4)) {
    return {
      kind: 'refused',
      category: 'transient',
      code: 'credential_not_ready',
      message: 'connect is busy',
      untilMs: world.nowMs + world.random.between(1, 60) * 1000,
    };
  }
  const rejected = progress.renewedToken ? credentialRevision : null;
  if (rejected === account.revision) account.revision += 1;
  return { kind: 'credential', revision: account.revision };
}
