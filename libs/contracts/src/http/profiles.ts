import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { idParams, instantSchema, pageQuery, successMessageSchema } from './common.ts';

/** A label that groups integrations. */
export const profileSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    integrationCount: z.int().min(0),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof profileSchema>;

const nameSchema = z.string().trim().min(1).max(200);
const descriptionSchema = z.string().max(1_000);
const profileAnswer = z.object({ success: z.literal(true), profile: profileSchema });
const profiles = { service: 'connect', tag: 'Profiles' } as const;

export const createProfileRoute = defineRoute({
  ...profiles,
  id: 'createProfile',
  method: 'POST',
  path: '/v1/profiles',
  access: { scope: 'profiles.write' },
  summary: 'Create a profile',
  body: z.strictObject({ name: nameSchema, description: descriptionSchema.optional() }),
  success: { status: 201, schema: profileAnswer },
  errors: [],
});

export const listProfilesRoute = defineRoute({
  ...profiles,
  id: 'listProfiles',
  method: 'GET',
  path: '/v1/profiles',
  access: { scope: 'profiles.read' },
  summary: 'List the profiles',
  query: z.strictObject({ name: z.string().min(1).max(200).optional(), ...pageQuery }),
  success: {
    status: 200,
    schema: z.object({ success: z.literal(true), total: z.int(), page: z.int(), limit: z.int(), profiles: z.array(profileSchema) }),
  },
  errors: [],
});

export const getProfileRoute = defineRoute({
  ...profiles,
  id: 'getProfile',
  method: 'GET',
  path: '/v1/profiles/{id}',
  access: { scope: 'profiles.read' },
  summary: 'Get one profile',
  params: idParams,
  success: { status: 200, schema: profileAnswer },
  errors: ['profile.not_found'],
});

export const updateProfileRoute = defineRoute({
  ...profiles,
  id: 'updateProfile',
  method: 'PATCH',
  path: '/v1/profiles/{id}',
  access: { scope: 'profiles.write' },
  summary: 'Change a profile',
  params: idParams,
  body: z.strictObject({ name: nameSchema.optional(), description: descriptionSchema.nullable().optional() }),
  success: { status: 200, schema: profileAnswer },
  errors: ['profile.not_found'],
});

export const deleteProfileRoute = defineRoute({
  ...profiles,
  id: 'deleteProfile',
  method: 'DELETE',
  path: '/v1/profiles/{id}',
  access: { scope: 'profiles.write' },
  summary: 'Delete a profile; its integrations keep their profileId',
  params: idParams,
  success: { status: 200, schema: successMessageSchema },
  errors: ['profile.not_found'],
});
