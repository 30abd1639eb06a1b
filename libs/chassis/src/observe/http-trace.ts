import type { ServerResponse } from 'node:http';
import type { ActiveSpan } from './tracing.ts';

/** Ends a server's span with its answer; a failure is what the server did wrong, not what it refused. */
export function endWithAnswer(span: ActiveSpan, response: ServerResponse): void {
  response.once('close', () => {
    if (response.writableFinished) span.set({ 'http.response.status_code': response.statusCode });
    if (!response.writableFinished) span.fail('aborted');
    else if (response.statusCode >= 500) span.fail(String(response.statusCode));
    span.end();
  });
}
