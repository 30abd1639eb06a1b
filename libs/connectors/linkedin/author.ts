import type { AccountCredential, Publication } from '../kit/index.ts';

type Account = Publication['account'];

/** The URN under which the account writes. */
export function authorOf({ platformUserId, metadata }: Account): string {
  return `urn:li:${isOrganization({ metadata }) ? 'organization' : 'person'}:${platformUserId}`;
}

export function isOrganization({ metadata }: Pick<Account, 'metadata'>): boolean {
  return metadata['type'] === 'organization';
}

/** Scopes of a grant, as they are kept with it. */
export function scopesOf({ extra }: AccountCredential): ReadonlySet<string> {
  return new Set((extra['scopes'] ?? '').split(/[\s,]+/).filter((scope) => scope !== ''));
}

/** Whether LinkedIn lets the token read the author's posts, comments and media: of organizations mostly, of members hardly ever. */
export function mayRead(account: Pick<Account, 'metadata'>, credential: AccountCredential): boolean {
  return scopesOf(credential).has(isOrganization(account) ? 'r_organization_social' : 'r_member_social');
}
