import type { HttpOutcome, HttpRequest, MediaFile, Publication } from '../kit/index.ts';
import { fileOf, type Testbed } from '../kit/testbed.spec-support.ts';
import { tiktok } from './index.ts';

const MIB = 1024 * 1024;

/** A film whose bytes are made while they are read. */
export function film(sizeBytes: number): MediaFile {
  const head = Buffer.from('\0\0\0\x18ftypisom', 'latin1');
  const stream = async (start = 0, end = sizeBytes) => ({
    sizeBytes: end - start,
    open: async function* () {
      let at = start;
      if (at < head.length) yield head.subarray(at, Math.min(head.length, end));
      for (at = Math.max(at, head.length); at < end; at += MIB) yield Buffer.alloc(Math.min(MIB, end - at), 1);
    },
  });
  return { ...fileOf(head, { type: 'video', sizeBytes }), stream, bytes: () => Promise.reject(new Error('Videos are not held in memory.')) };
}

/** Prepares until the `stop`th checkpoint, when the worker is killed: what was committed before is all that is left. */
export async function killedAfter(bed: Testbed, given: Publication, stop: number): Promise<Publication> {
  let saved: Publication['checkpoint'] = {};
  let count = 0;
  const save = async (checkpoint: Publication['checkpoint']): Promise<void> => {
    saved = structuredClone(checkpoint);
    count += 1;
    if (count === stop) throw new Error('killed');
  };
  await expect(tiktok.publish.prepare?.(bed.context(), given, save)).rejects.toThrow('killed');
  return { ...given, checkpoint: saved };
}

/** A context in which the next answer to a request that fits gives way to another one; `sends`: the request gets through all the same. */
export function answering(bed: Testbed, fits: (request: HttpRequest) => boolean, outcome: HttpOutcome, sends: 'sends' | 'keeps' = 'keeps'): ReturnType<Testbed['context']> {
  const context = bed.context();
  let isDone = false;
  const send = async (request: HttpRequest): Promise<HttpOutcome> => {
    if (isDone || !fits(request)) return context.http.send(request);
    isDone = true;
    if (sends === 'sends') await context.http.send(request);
    return outcome;
  };
  return { ...context, http: { send } };
}

export const LOST: HttpOutcome = { kind: 'unknown', reason: 'reset' };
export const answerOf = (status: number, body = ''): HttpOutcome => ({ kind: 'response', status, headers: {}, body: Buffer.from(body) });
