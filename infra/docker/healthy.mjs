// The health check of a container: succeeds when the service says that it is ready.
const port = process.env.PLAZA_MANAGEMENT_PORT ?? '9400';
const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(4_000) }).catch((error) => ({ ok: false, text: async () => String(error) }));
if (!answer.ok) process.stdout.write(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
