import type { z } from 'zod';
import type { ErrorCode, ErrorDialect } from './errors.ts';
import type { Scope } from './scopes.ts';

export const SERVICES = ['gateway', 'registry', 'connect', 'publishing', 'accounts'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Who may call a route: a key with a scope, any valid key, anyone, or only another service of Plaza. */
export type Access = { readonly scope: Scope } | 'any_key' | 'public' | 'internal';

/**
 * One HTTP route, declared once: it guards the input, strips and types the output, routes at the gateway, decides who may call, and
 * documents itself. Paths are written with `{name}` for parameters and without `/api`.
 */
export interface RouteContract {
  /** Unique; the OpenAPI operation id. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly service: ServiceName;
  readonly access: Access;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Success status and its schema; `null` for an answer that is not JSON (a redirect, a page). */
  readonly success: { readonly status: number; readonly schema: z.ZodType | null };
  /** Codes that this route may answer beside those that every route may. */
  readonly errors: readonly ErrorCode[];
  readonly dialect?: ErrorDialect;
  /** The body is not JSON but bytes of any size; the handler reads them as they arrive, and bounds them. */
  readonly streamsBody?: true;
  /** A POST that is safe to repeat without an idempotency key (a query in a body, a consumption of a token). */
  readonly ignoresIdempotencyKey?: boolean;
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler of the route receives, parsed. */
export interface RouteInput<C extends RouteContract> {
  readonly params: Parsed<C['params']>;
  readonly query: Parsed<C['query']>;
  readonly headers: Parsed<C['headers']>;
  readonly body: Parsed<C['body']>;
}

/** What a handler of the route returns on success. */
export type RouteOutput<C extends RouteContract> = C['success']['schema'] extends z.ZodType ? z.input<C['success']['schema']> : void;

/** Declares a route, keeping its exact types. */
export function defineRoute<const C extends RouteContract>(route: C): C {
  return route;
}
