import type { Simulator } from '@plaza/connectors/simulators';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { FaultSwitchboard } from '../../application/fault-switchboard.ts';
import type { Ledger } from '../../application/ledger.ts';
import type { RequestLog } from '../../application/request-log.ts';
import { faultRequestSchema, ledgerQuerySchema, problemsOf, requestsQuerySchema } from './control-schemas.ts';

interface Parts {
  readonly simulators: ReadonlyMap<string, Simulator>;
  readonly ledger: Ledger;
  readonly log: RequestLog;
  readonly faults: FaultSwitchboard;
}

/** `/_/*`: what tests and people look at and switch. */
export function controlRoutes(app: FastifyInstance, { simulators, ledger, log, faults }: Parts): void {
  app.get('/_/ledger', (request, reply) =>
    guarded(ledgerQuerySchema, request.query, reply, (query) => ({ entries: ledger.entries(query) })),
  );
  app.delete('/_/ledger', (_request, reply) => {
    ledger.clear();
    return reply.code(204).send();
  });
  app.get('/_/requests', (request, reply) =>
    guarded(requestsQuerySchema, request.query, reply, (query) => ({ requests: log.list(query) })),
  );
  app.get('/_/faults', () => ({ faults: faults.rules() }));
  app.post('/_/faults', (request, reply) =>
    guarded(faultRequestSchema, request.body, reply, ({ times, ...rule }) => {
      const problems = unknownNames(simulators, rule);
      if (problems.length > 0) return badRequest(reply, problems);
      const id = faults.add({ ...rule, remaining: times });
      return reply.code(201).send({ id });
    }),
  );
  app.delete<{ Params: { id: string } }>('/_/faults/:id', (request, reply) => {
    if (faults.remove(request.params.id)) return reply.code(204).send();
    return reply.code(404).send({ error: 'not_found', message: 'There is no such fault.' });
  });
  app.delete('/_/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
}

function guarded<S extends z.ZodType>(schema: S, input: unknown, reply: FastifyReply, run: (input: z.output<S>) => unknown): unknown {
  const parsed = schema.safeParse(input);
  return parsed.success ? run(parsed.data) : badRequest(reply, problemsOf(parsed.error));
}

function badRequest(reply: FastifyReply, problems: readonly { readonly path: string; readonly message: string }[]): FastifyReply {
  return reply.code(400).send({ error: 'invalid_request', problems });
}

type Rule = Pick<z.output<typeof faultRequestSchema>, 'platform' | 'fault'>;

function unknownNames(simulators: ReadonlyMap<string, Simulator>, { platform, fault }: Rule): { path: string; message: string }[] {
  const simulator = simulators.get(platform);
  if (simulator === undefined) return [{ path: 'platform', message: `Known platforms: ${[...simulators.keys()].join(', ')}.` }];
  if (fault.kind !== 'refuse' || simulator.refusals.includes(fault.error)) return [];
  return [{ path: 'fault.error', message: `Known refusals of ${platform}: ${simulator.refusals.join(', ')}.` }];
}
