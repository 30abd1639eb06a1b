import { Controller, Inject } from '@nestjs/common';
import { Route, UnitOfWork } from '@plaza/chassis';
import { healthAuthRoute, healthRoute, type RouteOutput } from '@plaza/contracts';

@Controller()
export class HealthController {
  constructor(@Inject(UnitOfWork) private readonly work: UnitOfWork) {}

  /** Answers ok only when the database answers too. */
  @Route(healthRoute)
  async health(): Promise<RouteOutput<typeof healthRoute>> {
    await this.work.system((tx) => tx.query('select 1'));
    return { ok: true };
  }

  @Route(healthAuthRoute)
  healthAuth(): RouteOutput<typeof healthAuthRoute> {
    return { ok: true };
  }
}
