import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import { callerKey, Input, orProblem, Route } from '@plaza/chassis';
import { createMediaUploadRoute, readMediaRoute, uploadMediaRoute, type RouteInput, type RouteOutput } from '@plaza/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Uploads } from '../../application/uploads.ts';
import { readRange } from './byte-range.ts';

/** An upload that sends nothing for so long is given up. Milliseconds. */
const STALL_MS = 60_000;

/** Files of customers: nothing in them may run in a browser, whatever they are. */
const FILE_HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/** The body as it arrives; a sender that falls silent is cut off. */
async function* flowing(body: IncomingMessage): AsyncGenerator<Buffer> {
  const timer = setTimeout(() => body.destroy(new Error('The upload has stalled.')), STALL_MS);
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      timer.refresh();
      yield piece;
    }
  } finally {
    clearTimeout(timer);
  }
}

@Controller()
export class MediaController {
  constructor(@Inject(Uploads) private readonly uploads: Uploads) {}

  @Route(createMediaUploadRoute)
  async create(@Input() { body }: RouteInput<typeof createMediaUploadRoute>): Promise<RouteOutput<typeof createMediaUploadRoute>> {
    const { uploadUrl, publicUrl, headers, expiresAt } = orProblem(await this.uploads.create(callerKey().projectId, body));
    return { success: true, data: { uploadUrl, publicUrl, headers: { ...headers }, uploadExpiresAt: expiresAt.toISOString() } };
  }

  @Route(uploadMediaRoute)
  async upload(@Input() { params, query }: RouteInput<typeof uploadMediaRoute>, @Req() request: FastifyRequest): Promise<RouteOutput<typeof uploadMediaRoute>> {
    const { 'content-type': contentType, 'content-length': length } = request.headers;
    const sizeBytes = length === undefined ? undefined : Number(length);
    const taken = orProblem(await this.uploads.take({ ...params, ...query, contentType, sizeBytes, bytes: flowing(request.raw) }));
    return { success: true, ...taken };
  }

  @Route(readMediaRoute)
  async read(@Input() { params }: RouteInput<typeof readMediaRoute>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { upload, file } = orProblem(await this.uploads.read(params.id));
    const range = readRange(request.headers.range, file.sizeBytes);
    const headers = { ...FILE_HEADERS, 'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(upload.filename)}` };
    if (range === 'unsatisfiable') return void reply.code(416).headers({ ...headers, 'content-range': `bytes */${file.sizeBytes}` }).send();
    const { start, end } = range ?? { start: 0, end: file.sizeBytes };
    void reply
      .code(range === undefined ? 200 : 206)
      .headers({ ...headers, 'content-type': upload.mimeType, 'content-length': end - start })
      .headers(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${file.sizeBytes}` })
      .send(Readable.from(file.read(start, end), { objectMode: false }));
  }
}
