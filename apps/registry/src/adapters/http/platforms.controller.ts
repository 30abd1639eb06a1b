import { Controller, Inject } from '@nestjs/common';
import { callerKey, isKnownToCaller, Route } from '@plaza/chassis';
import { listPlatformsRoute, type RouteOutput } from '@plaza/contracts';
import { ListPlatforms } from '../../application/list-platforms.ts';

@Controller()
export class PlatformsController {
  constructor(@Inject(ListPlatforms) private readonly listPlatforms: ListPlatforms) {}

  @Route(listPlatformsRoute)
  list(): RouteOutput<typeof listPlatformsRoute> {
    return { platforms: this.listPlatforms.execute(callerKey().mode).filter(({ name }) => isKnownToCaller(name)) };
  }
}
