import { connectFailed, hostOf, type ConnectResult, type CredentialConnect, type Refused, type Unknown, type Unsent } from '../kit/index.ts';
import { callAdmin } from './call.ts';
import { anyPostsSchema, fieldsSchema, siteSchema, siteUrl } from './schemas.ts';

function readFailure(result: Refused | Unsent | Unknown): ConnectResult<never> {
  if (result.kind !== 'refused') return connectFailed('platform', `The site could not be asked: ${result.reason}`);
  return connectFailed(result.category === 'reconnect_required' || result.category === 'scope_missing' ? 'credential' : 'platform', result.message);
}

/** An address of a picture, or null. */
const picture = (...candidates: readonly (string | null | undefined)[]): string | null => candidates.find((url) => typeof url === 'string' && URL.canParse(url)) ?? null;

/**
 * Connecting with an Admin API key of a custom integration (Ghost docs: admin-api). The site tells its name to anybody, so that only reading
 * posts proves the key. A site has no id but its address.
 */
export const credentials: CredentialConnect = {
  fields: fieldsSchema,
  secretFields: ['adminApiKey'],
  hosts: ({ adminApiUrl = '' }) => ({ site: siteUrl(adminApiUrl) ?? '' }),
  connect: async (context, fields) => {
    const parsed = fieldsSchema.safeParse(fields);
    const address = parsed.success ? siteUrl(parsed.data.adminApiUrl) : undefined;
    if (!parsed.success || address === undefined) return connectFailed('credential', 'The address of a site and an Admin API key are needed.');
    const { adminApiKey } = parsed.data;
    const credential = { accessToken: { reveal: () => adminApiKey } };
    const proof = await callAdmin(context, credential, { method: 'GET', path: '/posts/?limit=1&fields=id' }, anyPostsSchema);
    if (proof.kind !== 'answered') return readFailure(proof);
    const described = await callAdmin(context, credential, { method: 'GET', path: '/site/' }, siteSchema);
    if (described.kind !== 'answered') return readFailure(described);
    const { title, url, version, icon, logo } = described.value.site;
    const name = address.replace(/^https?:\/\//, '');
    const profile = {
      platformUserId: name,
      username: name,
      displayName: typeof title === 'string' && title !== '' ? title : name,
      profileUrl: URL.canParse(url) ? url : address,
      imageUrl: picture(icon, logo),
      metadata: { siteUrl: url, version: version ?? null },
    };
    return { ok: true, value: { grant: { accessToken: adminApiKey, extra: { site: hostOf(context.hosts, 'site') } }, profile } };
  },
};
