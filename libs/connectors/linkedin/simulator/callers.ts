import type { OAuthGrant } from '../../kit/simulation/index.ts';
import { memberIdOf, organizationsOf } from './world.ts';

const POSTING_ROLES: ReadonlySet<string> = new Set(['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR']);

/** Who calls, with what. */
export interface Caller {
  readonly account: string;
  readonly memberUrn: string;
  has(scope: string): boolean;
  /** Whether it may post, comment and upload as this person or organization. */
  mayWriteAs(urn: string): boolean;
  /** Whether it may read the posts of this author. */
  mayReadOf(urn: string): boolean;
}

export function callerOf({ account, scopes }: OAuthGrant): Caller {
  const memberUrn = `urn:li:person:${memberIdOf(account)}`;
  const owned = new Set(organizationsOf(account).filter(({ role }) => POSTING_ROLES.has(role)).map(({ id }) => `urn:li:organization:${id}`));
  const has = (scope: string): boolean => scopes.includes(scope);
  return {
    account,
    memberUrn,
    has,
    mayWriteAs: (urn) => (urn === memberUrn ? has('w_member_social') : owned.has(urn) && has('w_organization_social')),
    mayReadOf: (urn) => (urn === memberUrn ? has('r_member_social') : owned.has(urn) && has('r_organization_social')),
  };
}
