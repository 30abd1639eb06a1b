import { z } from 'zod';
import { hostOf, type AccountCredential, type CallContext, type ConnectResult, type OfferedAccount, type Refused } from '../kit/index.ts';
import { ask, restRequest, type Answer } from './call.ts';
import { scopesOf } from './author.ts';
import { listOf, restPath } from './restli.ts';
import { aclsSchema, organizationsSchema, picturesSchema, userinfoSchema } from './schemas.ts';

const PAGE_SIZE = 100;
const MOST_PAGES = 20;
/** How many organizations are asked for in one call. */
const BATCH = 50;

/** Whoever has one of these roles may post as the organization (Organization access control; Posts API, permissions). */
const POSTING_ROLES: ReadonlySet<string> = new Set(['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR', 'CONTENT_ADMIN', 'DIRECT_SPONSORED_CONTENT_POSTER']);

type Organization = z.infer<typeof organizationsSchema>['results'][string];

const refusedResult = ({ category, message }: Refused): ConnectResult<never> => ({
  ok: false,
  failure: { kind: category === 'app_restricted' ? 'app' : 'platform', message: `LinkedIn does not tell the account: ${message}` },
});

/** The member (Sign In with LinkedIn using OpenID Connect, userinfo). */
async function readMember(context: CallContext, credential: AccountCredential): Promise<Answer<OfferedAccount>> {
  const headers = { authorization: `Bearer ${credential.accessToken.reveal()}`, accept: 'application/json' };
  const user = await ask(context, { method: 'GET', url: `${hostOf(context.hosts, 'api')}/v2/userinfo`, headers }, userinfoSchema);
  if (user.kind === 'refused') return user;
  const { sub, name, given_name: givenName, picture } = user.value;
  const metadata = { type: 'person', urn: `urn:li:person:${sub}` };
  // Only a permission of its own would tell the address of a member's page.
  const profile = { platformUserId: sub, username: null, displayName: name ?? givenName ?? sub, profileUrl: null, imageUrl: picture ?? null, metadata };
  return { kind: 'answer', value: { type: 'person', profile } };
}

/** Ids of the organizations as which the member may post, over all pages of the answer. */
async function readOrganizationIds(context: CallContext, credential: AccountCredential): Promise<Answer<readonly string[]>> {
  const ids = new Set<string>();
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const path = restPath(['organizationAcls'], { q: 'roleAssignee', state: 'APPROVED', count: String(PAGE_SIZE), start: String(page * PAGE_SIZE) });
    const acls = await ask(context, restRequest(context, credential, { method: 'GET', path, restliMethod: 'FINDER' }), aclsSchema);
    if (acls.kind === 'refused') return acls;
    const { elements } = acls.value;
    for (const { role, state = 'APPROVED', organization } of elements) {
      const id = /^urn:li:organization(?:Brand)?:(\d+)$/.exec(organization)?.[1];
      if (id !== undefined && state === 'APPROVED' && POSTING_ROLES.has(role)) ids.add(id);
    }
    if (elements.length < PAGE_SIZE) break;
  }
  return { kind: 'answer', value: [...ids] };
}

const pictureUrn = ({ logoV2 }: Organization): string | undefined => logoV2?.original?.replace(/^urn:li:digitalmediaAsset:/, 'urn:li:image:');

/** Addresses of logos by their URN. An account is connected without its picture rather than not at all. */
async function readLogos(context: CallContext, credential: AccountCredential, organizations: readonly Organization[]): Promise<ReadonlyMap<string, string>> {
  const urns = organizations.flatMap((organization) => pictureUrn(organization) ?? []);
  if (urns.length === 0) return new Map();
  const call = { method: 'GET', path: restPath(['images'], { ids: listOf(urns) }), restliMethod: 'BATCH_GET' } as const;
  const pictures = await ask(context, restRequest(context, credential, call), picturesSchema);
  const results = pictures.kind === 'answer' ? Object.entries(pictures.value.results) : [];
  return new Map(results.flatMap(([urn, { downloadUrl }]) => (downloadUrl === undefined ? [] : [[urn, downloadUrl] as const])));
}

async function readOrganizations(context: CallContext, credential: AccountCredential): Promise<Answer<readonly OfferedAccount[]>> {
  const ids = await readOrganizationIds(context, credential);
  if (ids.kind === 'refused') return ids;
  const found: OfferedAccount[] = [];
  for (let start = 0; start < ids.value.length; start += BATCH) {
    const batch = ids.value.slice(start, start + BATCH);
    const call = { method: 'GET', path: restPath(['organizations'], { ids: listOf(batch) }), restliMethod: 'BATCH_GET' } as const;
    const answer = await ask(context, restRequest(context, credential, call), organizationsSchema);
    if (answer.kind === 'refused') return answer;
    const { results } = answer.value;
    const logos = await readLogos(context, credential, Object.values(results));
    for (const id of batch) {
      const organization = results[id];
      if (organization !== undefined) found.push(offered(context, id, organization, logos));
    }
  }
  return { kind: 'answer', value: found };
}

function offered(context: CallContext, id: string, organization: Organization, logos: ReadonlyMap<string, string>): OfferedAccount {
  const { localizedName, vanityName } = organization;
  const profileUrl = `${hostOf(context.publicHosts, 'web')}/company/${vanityName ?? id}`;
  const metadata = { type: 'organization', urn: `urn:li:organization:${id}` };
  const imageUrl = logos.get(pictureUrn(organization) ?? '') ?? null;
  return { type: 'organization', profile: { platformUserId: id, username: vanityName ?? null, displayName: localizedName, profileUrl, imageUrl, metadata } };
}

/** The member and the organizations as which the token may post; all of them use the member's token. */
export async function readAccounts(context: CallContext, credential: AccountCredential): Promise<ConnectResult<readonly OfferedAccount[]>> {
  const scopes = scopesOf(credential);
  const member = await readMember(context, credential);
  if (member.kind === 'refused') return refusedResult(member);
  const canList = scopes.has('rw_organization_admin') || scopes.has('r_organization_admin');
  const organizations: Answer<readonly OfferedAccount[]> = canList && scopes.has('w_organization_social') ? await readOrganizations(context, credential) : { kind: 'answer', value: [] };
  if (organizations.kind === 'refused') return refusedResult(organizations);
  const value = [...(scopes.has('w_member_social') ? [member.value] : []), ...organizations.value];
  if (value.length > 0) return { ok: true, value };
  return { ok: false, failure: { kind: 'unsupported_account', message: 'The consent lets Plaza post neither as the member nor as an organization.' } };
}
