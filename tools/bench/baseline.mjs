// The baseline: a bare Fastify that parses the same body and inserts the same rows in one transaction, or reads the same rows, and nothing else.
import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import pg from 'pg';

const [url, projectId, accountId] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 8, options: '-c search_path=publishing' });
const app = fastify();
app.post('/v1/posts', async (request, reply) => {
  const { content, scheduledFor } = request.body;
  const postId = randomUUID();
  const at = new Date();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({
      name: 'post',
      text: `insert into posts (project_id, id, mode, content, media, status, scheduled_for, timezone, raw_request, sequence, created_at, updated_at)
             values ($1, $2, 'test', $3, '[]', 'scheduled', $4, 'UTC', $5, 1, $6, $6)`,
      values: [projectId, postId, content, scheduledFor, request.body, at],
    });
    await client.query({
      name: 'target',
      text: `insert into targets (project_id, id, post_id, position, account_id, platform, mode, options, allow_overtake, state, due_at, next_try_at)
             values ($1, $2, $3, 0, $4, 'discord', 'test', '{}', false, 'scheduled', $5, $5)`,
      values: [projectId, randomUUID(), postId, accountId, scheduledFor],
    });
    await client.query({
      name: 'outbox',
      text: `insert into outbox (event_id, project_id, type, version, key, sequence, data, published_at) values ($1, $2, 'post.scheduled', 1, $3, 1, $4, now())`,
      values: [randomUUID(), projectId, postId, { postId }],
    });
    await client.query('commit');
  } finally {
    client.release();
  }
  return reply.code(202).send({ success: true, status: 'scheduled', postId, scheduledFor });
});
app.get('/api/v1/accounts', async () => {
  const { rows } = await pool.query({
    name: 'accounts',
    text: `select provider, kind, connected_at, last_used_at, expires_at from accounts.account_rows
           where project_id = $1 and is_connected order by kind, provider, connected_at, account_id`,
    values: [projectId],
  });
  return { ok: true, accounts: rows };
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening ${app.server.address().port}\n`);
process.stdin.resume().on('end', () => process.exit(0));
