import { applyDecorators, createParamDecorator, Delete, Get, HttpCode, Patch, Post, Put, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { failure, type RouteContract, type RouteInput } from '@plaza/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidRequest, Problem } from './problem.ts';

const CONTRACT = 'plaza:route';
const METHODS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete } as const;
const contracts = new WeakMap<object, RouteContract>();

/** Makes a controller method the handler of a declared route: method, path, success status, guards and output come from the contract. */
export function Route(contract: RouteContract): MethodDecorator {
  const path = contract.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const remember: MethodDecorator = (_target, _name, descriptor) => {
    contracts.set(descriptor.value as object, contract);
  };
  return applyDecorators(METHODS[contract.method](path), HttpCode(contract.success.status), SetMetadata(CONTRACT, contract), remember);
}

/** The contract that a handler implements. */
export function contractOf(handler: object): RouteContract | undefined {
  return contracts.get(handler);
}

const inputs = new WeakMap<object, unknown>();

/** Parses the request's input, whether or not the handler looks at it: what a route does not know is refused. */
export function guardInput(contract: RouteContract, request: FastifyRequest): RouteInput<RouteContract> {
  const input = parseInput(contract, request);
  inputs.set(request, input);
  return input;
}

/** The parsed input of the route, typed by `RouteInput<typeof contract>`. */
export const Input = createParamDecorator((_data: unknown, context: ExecutionContext) => inputs.get(context.switchToHttp().getRequest<FastifyRequest>()));

/** Parses a request by its contract. Throws a {@link Problem} with every problem and its path. */
export function parseInput<C extends RouteContract>(contract: C, request: Pick<FastifyRequest, 'params' | 'query' | 'headers' | 'body'>): RouteInput<C> {
  return {
    params: parsePart(contract.params, request.params, 'params'),
    query: parsePart(contract.query, request.query, 'query'),
    headers: parsePart(contract.headers, request.headers, 'headers'),
    body: parsePart(contract.body, request.body, 'body'),
  } as RouteInput<C>;
}

function parsePart(schema: z.ZodType | undefined, value: unknown, at: string): unknown {
  if (schema === undefined) {
    if (at === 'query' && isFilled(value)) throw new Problem(unknownFields(value, at));
    return undefined;
  }
  const parsed = schema.safeParse(value ?? {});
  if (!parsed.success) throw new Problem(invalidRequest(parsed.error, at));
  return parsed.data;
}

function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function unknownFields(value: object, at: string) {
  const problems = Object.keys(value).map((name) => ({ path: `${at}.${name}`, message: 'Unknown field.' }));
  return failure('request.invalid', { details: { problems }, message: `${problems[0]?.path ?? at}: Unknown field.` });
}
