import { connectFailed, type CredentialConnect } from '../kit/index.ts';
import { callApi } from './call.ts';
import { fieldsSchema, publicationSchema } from './schemas.ts';

/**
 * Connecting with an API key and the publication that it posts to; reading the publication proves both. Whether the plan lets posts be made
 * only a post can tell. Source: developers.beehiiv.com, api-reference/publications.
 */
export const credentials: CredentialConnect = {
  fields: fieldsSchema,
  secretFields: ['apiKey'],
  connect: async (context, fields) => {
    const parsed = fieldsSchema.safeParse(fields);
    if (!parsed.success) return connectFailed('credential', 'An API key and the id of a publication are needed.');
    const { apiKey, publicationId } = parsed.data;
    const result = await callApi(context, { accessToken: { reveal: () => apiKey } }, { method: 'GET', path: `/publications/${publicationId}` }, publicationSchema);
    if (result.kind === 'refused' && result.httpStatus === 404) return connectFailed('credential', 'The key does not reach this publication.');
    if (result.kind === 'refused') return connectFailed(result.httpStatus === 401 || result.httpStatus === 403 ? 'credential' : 'platform', result.message);
    if (result.kind !== 'answered') return connectFailed('platform', `beehiiv could not be asked: ${result.reason}`);
    const { id, name, organization_name: organization } = result.value.data;
    const profile = { platformUserId: id, username: null, displayName: name, profileUrl: null, imageUrl: null, metadata: { organizationName: organization ?? null } };
    return { ok: true, value: { grant: { accessToken: apiKey }, profile } };
  },
};
