import type { ServerResponse } from 'node:http';
import type { ActiveSpan } from './tracing.ts';

/** Ends a server's span with its answer; a failure is what the server did wrong, not what it refused. */
export function endWithAnswer(span: ActiveSpan, response: ServerResponse): void {
  response.once('close', () => {
    if (response.writableEnded) span.set({ 'http.response.status_code': response.statusCode });
    else span.fail('aborted');
    if (response.writableEnded && response.statusCode >= 500) span.fail(String(response.statusCode));
    span.end();
  });
}
