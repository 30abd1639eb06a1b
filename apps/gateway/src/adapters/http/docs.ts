import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import { asyncApiDocument, events, openApiDocument, publicRoutes } from '@plaza/contracts';
import type { FastifyInstance } from 'fastify';

export const API_VERSION = '1.0.0';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plaza API</title>
<link rel="stylesheet" href="/docs/viewer/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/viewer/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** In a file of its own, so that the page needs no inline script. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null, tryItOutEnabled: true });\n`;
const POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

/** `/openapi.json`, `/asyncapi.json` and the browsable page at `/docs`, everything from this process. */
export async function serveDocs(edge: FastifyInstance): Promise<void> {
  const openapi = JSON.stringify(openApiDocument(publicRoutes, API_VERSION));
  const asyncapi = JSON.stringify(asyncApiDocument(events, API_VERSION));
  const viewer = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  edge.get('/openapi.json', (_request, reply) => reply.type('application/json').send(openapi));
  edge.get('/asyncapi.json', (_request, reply) => reply.type('application/json').send(asyncapi));
  edge.get('/docs', (_request, reply) => reply.header('content-security-policy', POLICY).type('text/html').send(PAGE));
  edge.get('/docs/start.js', (_request, reply) => reply.type('text/javascript').send(START));
  await edge.register(fastifyStatic, { root: viewer, prefix: '/docs/viewer/', index: false, allowedPath: (path) => /\.(?:css|js|png)$/.test(path) });
}
