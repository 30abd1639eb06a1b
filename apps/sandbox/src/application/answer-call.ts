import { createHash } from 'node:crypto';
import type { CallDescription, Fault, SimulatedRequest, SimulatedResponse, Simulator } from '@plaza/connectors/simulators';
import { unknownMagic } from '../domain/magic-words.ts';
import { maskedPath } from '../domain/masked-path.ts';
import type { Chosen, FaultSwitchboard } from './fault-switchboard.ts';
import type { Later } from './ports.ts';
import type { RequestLog } from './request-log.ts';

/** What happens to the connection: an answer, perhaps after a while, or none. */
export type Answer =
  | { readonly kind: 'response'; readonly response: SimulatedResponse; readonly afterMs: number; readonly byteEveryMs?: number }
  | { readonly kind: 'drop' };

const DEFAULT_RETRY_SECONDS = 2;
const ABSURD_SECONDS = 99_999_999;
const TRICKLE_MS = 1000;
const DROP: Answer = { kind: 'drop' };
const GARBAGE: SimulatedResponse = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"data":{"id":"\u0000 <html>not json',
};
const REDIRECT: SimulatedResponse = {
  status: 302,
  headers: { location: '/sandbox-moved-elsewhere', 'content-type': 'text/html' },
  body: '',
};

const respond = (response: SimulatedResponse, afterMs = 0): Extract<Answer, { kind: 'response' }> => ({ kind: 'response', response, afterMs });

/**
 * Answers one call to a simulated platform. Timing, dropped connections and the choice of fault are decided here, shapes by the
 * simulator.
 */
export class AnswerCall {
  readonly #faults: FaultSwitchboard;
  readonly #log: RequestLog;
  readonly #later: Later;
  readonly #now: () => number;

  constructor(parts: { readonly faults: FaultSwitchboard; readonly log: RequestLog; readonly later: Later; readonly now: () => number }) {
    this.#faults = parts.faults;
    this.#log = parts.log;
    this.#later = parts.later;
    this.#now = parts.now;
  }

  async execute(simulator: Simulator, request: SimulatedRequest): Promise<Answer> {
    const description = simulator.describe(request);
    const call = {
      platform: simulator.platform,
      operation: description.operation,
      accountId: description.accountId ?? callerDigest(request),
    };
    const chosen = this.#faults.choose(call, description.text);
    const answer = await this.#answer(simulator, request, chosen);
    this.#log.add({
      platform: simulator.platform,
      host: request.host,
      method: request.method,
      path: maskedPath(request.path, request.query),
      operation: description.operation,
      status: answer.kind === 'drop' ? null : answer.response.status,
      ...(chosen.kind === 'fault' ? { fault: chosen.fault.kind } : {}),
      atMs: this.#now(),
    });
    return answer;
  }

  async #answer(simulator: Simulator, request: SimulatedRequest, chosen: Chosen): Promise<Answer> {
    if (chosen.kind === 'none') return respond(await simulator.handle(request));
    if (chosen.kind === 'unknown_word') return respond(contentRefusal(simulator, unknownMagic(chosen.word, simulator.refusals)));
    return this.#disturb(simulator, request, chosen.fault);
  }

  async #disturb(simulator: Simulator, request: SimulatedRequest, fault: Fault): Promise<Answer> {
    switch (fault.kind) {
      case 'refuse':
        return respond(
          simulator.refusal(fault.error) ?? contentRefusal(simulator, unknownMagic(`refuse=${fault.error}`, simulator.refusals)),
        );
      case 'rate_limit':
        return respond(
          simulator.rateLimited(fault.form, fault.form === 'absurd' ? ABSURD_SECONDS : (fault.seconds ?? DEFAULT_RETRY_SECONDS)),
        );
      case 'server_error_before':
        return respond(simulator.serverError(fault.status ?? 503));
      case 'server_error_after':
        await simulator.handle(request);
        return respond(simulator.serverError(fault.status ?? 503));
      case 'drop_before':
        return DROP;
      case 'drop_after':
        await simulator.handle(request);
        return DROP;
      case 'commit_late':
        this.#later(fault.ms, () => void simulator.handle(request));
        return DROP;
      case 'slow':
        return respond(await simulator.handle(request), fault.ms);
      case 'trickle':
        return { ...respond(await simulator.handle(request)), byteEveryMs: TRICKLE_MS };
      case 'malformed':
        await simulator.handle(request);
        return respond(GARBAGE);
      case 'redirect':
        return respond(REDIRECT);
    }
  }
}

function contentRefusal(simulator: Simulator, message: string): SimulatedResponse {
  const plain = { status: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
  return simulator.invalidContent?.(message) ?? plain;
}

/** Stands for the account where a simulator does not name it: the same credential is the same account. */
function callerDigest(request: SimulatedRequest): NonNullable<CallDescription['accountId']> {
  const credential = request.headers['authorization'] ?? request.query.get('access_token') ?? request.path;
  return createHash('sha256').update(credential).digest('base64url');
}
