import { readFileSync } from 'node:fs';
import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const list = z.string().transform((text) => text.split(',').map((item) => item.trim()).filter((item) => item !== ''));

const addresses = list.pipe(z.array(z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''))));

const GIBIBYTE = 1024 ** 3;
const bytes = z.coerce.number().int().min(1);

const ROLES = ['api', 'scheduler', 'worker'] as const;
/** What a publishing process does. */
export type PublishingRole = (typeof ROLES)[number];
const roles = list.pipe(z.array(z.enum(ROLES)).min(1));

const managedAppSchema = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1), name: z.string().min(1).optional() });

/** The operator's own apps by platform, and, under `test`, those for the sandbox. */
const managedApps = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), managedAppSchema));

/** Every setting, with its meaning; `npm run generate` writes them as a table into docs/configuration.md. */
export const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000).describe('Port that the gateway listens on; 0 takes any free one.'),
  HOST: z.string().default('127.0.0.1').describe('Address that the gateway listens on.'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional().describe('Base URL as browsers and platforms see it. Default: http://HOST:PORT.'),
  PLAZA_DATA: z.string().default('.plaza').describe('Folder of the embedded database, the keyring and the sandbox.'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional().describe('Postgres to use instead of the embedded one; its user must be able to create roles.'),
  DATABASE_PASSWORD: z.string().optional().describe("Password of DATABASE_URL's user, when the URL holds none."),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(8).describe('Connections per service.'),
  DATABASE_TLS_CA: z.string().optional().describe('Certificate authority (PEM) that the database server is checked against; with it the connection is encrypted.'),
  PLAZA_KEYRING: z.string().optional().describe("The vault's keyring as JSON. Default: the file keyring.json in PLAZA_DATA."),
  PLAZA_INTERNAL_KEY: z.string().min(32).optional().describe('Secret that signs the identity between services and derives database passwords. Default: the file internal.key in PLAZA_DATA.'),
  PLAZA_MANAGED_APPS: managedApps.optional().describe('JSON: {"twitter":{"clientId":"...","clientSecret":"..."}}, the operator\'s OAuth apps.'),
  PLAZA_REDIRECT_ALLOW_LIST_REQUIRED: flag.default(false).describe("Refuse every redirect target that is not on the project's allow-list."),
  PLAZA_MEDIA_CACHE: z.string().optional().describe("Folder in which fetched media are kept for a while, each process in its own part. Default: plaza-media in the system's folder for temporary files."),
  PLAZA_MEDIA_CACHE_BYTES: bytes.default(10 * GIBIBYTE).describe('The fetched media that were not used for longest give way beyond this.'),
  PLAZA_MEDIA_MAX_BYTES: bytes.default(4 * GIBIBYTE).describe('Largest media file that is taken.'),
  PLAZA_MEDIA_FOLDER: z.string().optional().describe('Folder for uploaded media, one for all processes of publishing. Default: media in PLAZA_DATA where Plaza runs as one process; apart there is no place for uploads without this or PLAZA_S3_BUCKET.'),
  PLAZA_S3_BUCKET: z.string().min(3).optional().describe('Bucket of an S3-compatible store for uploaded media, instead of PLAZA_MEDIA_FOLDER.'),
  PLAZA_S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
  PLAZA_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional().describe("Base URL of a store other than Amazon's, as clients that upload reach it too."),
  PLAZA_S3_ACCESS_KEY_ID: z.string().min(1).optional().describe('Default: as the AWS client finds its credentials, e.g. from the role of the pod.'),
  PLAZA_S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('Belongs to PLAZA_S3_ACCESS_KEY_ID.'),
  PLAZA_S3_PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')).optional().describe('Where the objects of the bucket can be read without a signature, e.g. a CDN. Default: Plaza gives them out.'),
  PLAZA_ALLOWED_HOSTS: list.default([]).describe('Comma-separated host:port exceptions to the rule that user-supplied addresses are https and public.'),
  PLAZA_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').describe('Least severity that is logged.'),
  PLAZA_RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600).describe('Requests that one key may make in any 60 seconds.'),
  PLAZA_WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(32).describe('Targets that one worker publishes at a time.'),
  PLAZA_SHUTDOWN_SECONDS: z.coerce.number().int().min(1).max(600).default(25).describe('Longest time that a shutdown waits for work under way.'),
  PLAZA_DRAIN_SECONDS: z.coerce.number().int().min(0).max(600).default(5).describe('How long a service that is told to stop still takes requests, while its callers turn away from it.'),
  PLAZA_MANAGEMENT_PORT: z.coerce.number().int().min(0).max(65_535).default(9_400).describe('Services apart: port of health and figures; 0 takes any free one.'),
  PLAZA_ROLES: roles.default(['api', 'scheduler', 'worker']).describe('Publishing apart: which of its roles this process has, e.g. worker.'),
  PLAZA_REGISTRY_URL: addresses.default([]).describe('Services apart: base URLs of the registry, comma-separated.'),
  PLAZA_CONNECT_URL: addresses.default([]).describe('Services apart: base URLs of connect, comma-separated.'),
  PLAZA_PUBLISHING_URL: addresses.default([]).describe('Services apart: base URLs of publishing in its role api, comma-separated.'),
  PLAZA_ACCOUNTS_URL: addresses.default([]).describe('Services apart: base URLs of accounts, comma-separated.'),
  PLAZA_GATEWAY_URL: addresses.default([]).describe('Services apart: base URL of the gateway, for a sandbox that does not reach PUBLIC_URL.'),
  PLAZA_SANDBOX_URL: addresses.default([]).describe('Services apart: base URL of the sandbox. Without one, test keys reach nothing.'),
  KAFKA_BROKERS: list.default([]).describe('Services apart: host:port of brokers, comma-separated.'),
  KAFKA_PREFIX: z.string().regex(/^[\w.-]{0,50}$/).default('').describe('Stands before each topic and group, for a cluster that is shared.'),
  KAFKA_TLS: flag.default(false).describe('Whether the connection to the brokers is encrypted.'),
  KAFKA_TLS_CA: z.string().optional().describe("Certificate authority (PEM) that the brokers are checked against. Default: the machine's."),
  KAFKA_TLS_CERT: z.string().optional().describe('Client certificate (PEM).'),
  KAFKA_TLS_KEY: z.string().optional().describe("The client certificate's key (PEM)."),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional().describe('How the brokers check user and password.'),
  KAFKA_SASL_USERNAME: z.string().default('').describe('User at the brokers.'),
  KAFKA_SASL_PASSWORD: z.string().default('').describe('Password at the brokers.'),
  KAFKA_PARTITIONS: z.coerce.number().int().min(1).max(1_000).default(6).describe('Partitions of each topic: as many consumers of a service can share it. `topics apply` adds partitions and never takes any away.'),
  KAFKA_REPLICATION: z.coerce.number().int().min(1).max(10).default(1).describe('Copies of each topic; 3 on a cluster of three brokers or more.'),
  KAFKA_RETENTION_HOURS: z.coerce.number().int().min(1).max(120).default(72).describe('How long an event can be read again. Consumers remember for seven days what they handled, so it is bounded.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base URL of an OpenTelemetry collector (OTLP over HTTP). Traces are sent only when it is set; `OTEL_EXPORTER_OTLP_HEADERS` is read by the SDK itself.'),
  OTEL_SERVICE_NAME: z.string().min(1).default('plaza').describe('Name of this process in traces.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1).describe('Share of the traces that are recorded, from 0 to 1.'),
  PLAZA_RESTORED_AT: z.iso.datetime({ offset: true }).optional().describe('The moment at which a back-up was restored: what was due before is reconciled, not sent. `npm start -- --restored` sets it to now.'),
  PLAZA_SETTLE_MS: z.coerce.number().int().min(0).optional().describe("Test only: overrides the connectors' settle windows."),
  PLAZA_CRASH_AT: z.string().optional().describe('Test only: the crash point at which the process kills itself.'),
});

export type Settings = z.output<typeof settings>;

/** Why the settings cannot be used: every problem, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly isForOperator = true;
}

/**
 * Reads the environment: the only place that does. `NAME_FILE` names a file that holds the value of NAME, for mounted secrets.
 * Throws {@link SettingsError} with every problem listed.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of Object.keys(settings.shape)) {
    const file = environment[`${name}_FILE`];
    const value = environment[name];
    if (file !== undefined && file !== '') {
      try {
        values[name] = readFileSync(file, 'utf8').trim();
      } catch {
        problems.push(`${name}_FILE: the file ${file} cannot be read`);
      }
    } else if (value !== undefined && value !== '') values[name] = value;
  }
  const parsed = settings.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  if (problems.length > 0) throw new SettingsError(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return parsed.data as Settings;
}

/** The settings as a page: one row a name. */
export function configurationTable(): string {
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const parsed = schema.safeParse(undefined);
    const fallback = parsed.success && parsed.data !== undefined && String(parsed.data) !== '' ? `\`${String(parsed.data)}\`` : '';
    return `| \`${name}\` | ${fallback} | ${schema.description ?? ''} |`;
  });
  return [
    '# Configuration',
    '',
    'Generated from the settings; `npm run generate` writes it anew. Settings are environment variables; `NAME_FILE` names a file that holds the',
    'value of NAME, for mounted secrets.',
    '',
    '| name | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
