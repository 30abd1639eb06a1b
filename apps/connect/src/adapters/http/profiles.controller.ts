import { Controller, Inject } from '@nestjs/common';
import { callerKey, Input, orProblem, Route } from '@plaza/chassis';
import {
  createProfileRoute,
  deleteProfileRoute,
  getProfileRoute,
  listProfilesRoute,
  updateProfileRoute,
  type Profile as ProfileView,
  type RouteInput,
  type RouteOutput,
} from '@plaza/contracts';
import { ManageProfiles, type Profile } from '../../application/manage-profiles.ts';

@Controller()
export class ProfilesController {
  constructor(@Inject(ManageProfiles) private readonly profiles: ManageProfiles) {}

  @Route(createProfileRoute)
  async create(@Input() { body }: RouteInput<typeof createProfileRoute>): Promise<RouteOutput<typeof createProfileRoute>> {
    return { success: true, profile: present(await this.profiles.create(callerKey().projectId, body.name, body.description ?? null)) };
  }

  @Route(listProfilesRoute)
  async list(@Input() { query }: RouteInput<typeof listProfilesRoute>): Promise<RouteOutput<typeof listProfilesRoute>> {
    const { page, limit, name } = query;
    const { total, profiles } = await this.profiles.list(callerKey().projectId, { page, limit, ...(name === undefined ? {} : { name }) });
    return { success: true, total, page, limit, profiles: profiles.map(present) };
  }

  @Route(getProfileRoute)
  async get(@Input() { params }: RouteInput<typeof getProfileRoute>): Promise<RouteOutput<typeof getProfileRoute>> {
    return { success: true, profile: present(orProblem(await this.profiles.get(callerKey().projectId, params.id))) };
  }

  @Route(updateProfileRoute)
  async update(@Input() { params, body }: RouteInput<typeof updateProfileRoute>): Promise<RouteOutput<typeof updateProfileRoute>> {
    const { name, description } = body;
    const changes = { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
    return { success: true, profile: present(orProblem(await this.profiles.update(callerKey().projectId, params.id, changes))) };
  }

  @Route(deleteProfileRoute)
  async delete(@Input() { params }: RouteInput<typeof deleteProfileRoute>): Promise<RouteOutput<typeof deleteProfileRoute>> {
    orProblem(await this.profiles.remove(callerKey().projectId, params.id));
    return { success: true, message: 'The profile was deleted.' };
  }
}

function present(profile: Profile): ProfileView {
  return { ...profile, createdAt: profile.createdAt.toISOString(), updatedAt: profile.updatedAt.toISOString() };
}
