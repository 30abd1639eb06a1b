import { pino, type Logger } from 'pino';
import { workFields } from './observe/work-context.ts';

export type { Logger } from 'pino';

/**
 * Paths that never reach a log, wherever a log line is built from a request, an answer or stored data. The list is pinned by a test; a
 * secret has to be named here when a schema first names it.
 */
export const REDACTED_PATHS: readonly string[] = [
  'clientSecret',
  'accessToken',
  'refreshToken',
  'password',
  'credentials',
  'webhookUrl',
  'codeVerifier',
  'key',
  'authorization',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat(['headers["x-access-key"]', '*.headers["x-access-key"]', 'headers["x-plaza-identity"]', '*.headers["x-plaza-identity"]']);

/** A structured log on standard error, one JSON object a line; within a request or another piece of work with its request id and trace id. */
export function createLogger(options: { readonly level: string; readonly destination?: NodeJS.WritableStream }): Logger {
  const config = {
    level: options.level,
    base: null,
    mixin: workFields,
    redact: { paths: [...REDACTED_PATHS], censor: '[secret]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(config, options.destination ?? pino.destination({ fd: 2, sync: false }));
}
