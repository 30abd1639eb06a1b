import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardedMedia } from './guarded-media.ts';

describe('media of a sandbox', () => {
  let server: Server;
  let media: ReturnType<typeof guardedMedia>;
  const asked: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('bytes');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    media = guardedMedia({ allowedHosts: [], publicUrl: 'https://plaza.example', ownUrl });
  });
  afterAll(async () => {
    await media.close();
    server.close();
  });
  beforeEach(() => void asked.splice(0));

  it('that were uploaded to Plaza come from it, wherever it is', async () => {
    expect(await media.fetchMedia('https://plaza.example/v1/media/files/1/a.jpg')).toMatchObject({ mimeType: 'image/jpeg' });
    expect(asked).toEqual(['/v1/media/files/1/a.jpg']);
  });

  it.each(['https://plaza.example/v1/media/files/../../../metrics', 'https://plaza.example/v1/media/files/%2e%2e/%2e%2e/%2e%2e/metrics', 'https://plaza.example/metrics', 'no address'])(
    'are nothing else of it: %s',
    async (url) => {
      expect(await media.fetchMedia(url)).toBeUndefined();
      expect(asked).toEqual([]);
    },
  );

  it('do not come from private addresses', async () => {
    expect(await media.fetchMedia(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/media/files/1/a.jpg`)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
