import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { failure, type RouteContract } from '@plaza/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { IdempotencyConflict, requestHash, type IdempotencyKeys } from './idempotency.ts';
import { Problem } from './problem.ts';
import { currentRequest, type IdempotencyClaim } from './request-context.ts';
import { contractOf, guardInput } from './route.ts';

const MAX_KEY_LENGTH = 255;

/** Answers a repeated request whose first answer was lost, from what it made. */
export type ResumeAnswer = (contract: RouteContract, projectId: string, resourceId: string) => Promise<unknown>;

/** Strips and checks every answer by its route's contract, and gives repeated requests their first answer. */
@Injectable()
export class RouteInterceptor implements NestInterceptor {
  readonly #keys: IdempotencyKeys | undefined;
  readonly #resume: ResumeAnswer | undefined;

  constructor(keys: IdempotencyKeys | undefined, resume: ResumeAnswer | undefined) {
    this.#keys = keys;
    this.#resume = resume;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const contract = contractOf(context.getHandler());
    if (contract === undefined) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { params, body } = guardInput(contract, request);
    if (contract.success.schema === null) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.header('content-type', 'application/json; charset=utf-8');
    return from(this.#answer(contract, claimOf(contract, request, { params, body }), reply, next));
  }

  async #answer(contract: RouteContract, claim: IdempotencyClaim | undefined, reply: FastifyReply, next: CallHandler): Promise<string> {
    const context = currentRequest();
    const projectId = context?.identity.kind === 'key' ? context.identity.projectId : undefined;
    if (claim === undefined || context === undefined || projectId === undefined || this.#keys === undefined) return serialize(contract, await lastValueFrom(next.handle()));
    context.idempotency = claim;
    try {
      const body = serialize(contract, await lastValueFrom(next.handle()));
      await this.#keys.store(projectId, claim, { status: contract.success.status, body });
      return body;
    } catch (error) {
      delete context.idempotency;
      if (!(error instanceof IdempotencyConflict)) {
        // Without a database the key frees itself a little later.
        if (claim.isWritten) await this.#keys.release(projectId, claim).catch(() => undefined);
        throw error;
      }
      return await this.#replay(contract, projectId, claim, reply);
    }
  }

  async #replay(contract: RouteContract, projectId: string, claim: IdempotencyClaim, reply: FastifyReply): Promise<string> {
    if (this.#keys === undefined) throw new Error('Without keys nothing can be replayed.');
    const stored = await this.#keys.replay(projectId, claim);
    void reply.header('idempotent-replayed', 'true');
    if ('resourceId' in stored) {
      if (this.#resume === undefined) throw Problem.of('idempotency.answer_lost', { details: { resourceId: stored.resourceId } });
      return serialize(contract, await this.#resume(contract, projectId, stored.resourceId));
    }
    void reply.code(stored.status);
    return stored.body;
  }
}

function claimOf(contract: RouteContract, request: FastifyRequest, input: object): IdempotencyClaim | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || contract.method !== 'POST' || contract.ignoresIdempotencyKey === true) return undefined;
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new Problem(
      failure('request.invalid', { details: { problems: [{ path: 'headers.idempotency-key', message: `1 to ${MAX_KEY_LENGTH} characters.` }] } }),
    );
  }
  return { route: contract.id, key, requestHash: requestHash(input), isWritten: false };
}

function serialize(contract: RouteContract, value: unknown): string {
  const { schema } = contract.success;
  return JSON.stringify(schema === null ? value : schema.parse(value));
}
