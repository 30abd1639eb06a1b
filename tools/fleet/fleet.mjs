import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Member } from './member.mjs';
import { freePorts } from './ports.mjs';
import { secretsIn } from './secrets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The order in which services start: who is called before who calls. */
const SERVICES = ['sandbox', 'registry', 'connect', 'accounts', 'publishing', 'scheduler', 'worker', 'gateway'];
const ROLES = { publishing: 'api', scheduler: 'scheduler', worker: 'worker' };

/**
 * All services of Plaza as processes on this machine, against a Kafka and a Postgres that exist. `replicas` says how many of each there
 * are (default one), `env` adds settings to all.
 */
export class Fleet {
  members = new Map();

  static async create({ folder, kafka, databaseUrl, replicas = {}, env = {}, gatewayPort = 0, onLine }) {
    const fleet = new Fleet();
    mkdirSync(folder, { recursive: true });
    const names = SERVICES.flatMap((service) => Array.from({ length: replicas[service] ?? 1 }, (_none, index) => ({ service, name: (replicas[service] ?? 1) === 1 ? service : `${service}-${index + 1}` })));
    const ports = await freePorts(names.length * 2);
    const placed = names.map((place, index) => ({ ...place, port: place.name === 'gateway' && gatewayPort > 0 ? gatewayPort : ports[index], managementPort: ports[names.length + index] }));
    const urls = (wanted) => placed.filter(({ service }) => service === wanted).map(({ port }) => `http://127.0.0.1:${port}`).join(',');
    const publicUrl = urls('gateway').split(',')[0];
    fleet.publicUrl = publicUrl;
    fleet.env = {
      PATH: process.env.PATH,
      ...secretsIn(folder),
      KAFKA_BROKERS: kafka,
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: publicUrl,
      PLAZA_REGISTRY_URL: urls('registry'),
      PLAZA_CONNECT_URL: urls('connect'),
      PLAZA_PUBLISHING_URL: urls('publishing'),
      PLAZA_ACCOUNTS_URL: urls('accounts'),
      PLAZA_SANDBOX_URL: urls('sandbox'),
      ...env,
    };
    for (const { service, name, port, managementPort } of placed) {
      const role = ROLES[service];
      const own = { PORT: String(port), PLAZA_MANAGEMENT_PORT: String(managementPort), PLAZA_DATA: join(folder, name), ...(role === undefined ? {} : { PLAZA_ROLES: role }) };
      fleet.members.set(name, new Member({ name, service, app: role === undefined ? service : 'publishing', env: { ...fleet.env, ...own }, onLine }));
    }
    return fleet;
  }

  member(name) {
    const found = this.members.get(name);
    if (found === undefined) throw new Error(`There is no ${name} in this fleet.`);
    return found;
  }

  /** Brings database and topics to where this version needs them. */
  async prepare() {
    await Promise.all([this.command('migrate'), this.command('topics', 'apply')]);
  }

  /** Runs an operator's command; resolves to what it printed. */
  command(...parameters) {
    return this.#run('apps/standalone/dist/cli.js', parameters);
  }

  /** A key of the default project. */
  async key(mode = 'test') {
    return (await this.#run('apps/gateway/dist/main.js', ['keys', 'create', '--project', 'default', `--${mode}`])).trim();
  }

  /** Starts all members, or those that `isMeant` names. */
  async start(isMeant = () => true) {
    for (const service of SERVICES) {
      const replicas = [...this.members.values()].filter((member) => member.service === service && isMeant(member));
      await Promise.all(replicas.map((member) => member.start()));
    }
  }

  async stop(signal = 'SIGTERM') {
    await Promise.all([...this.members.values()].map((member) => member.stop(signal)));
  }

  async #run(script, parameters) {
    const failed = ({ stderr, stdout, message }) => {
      throw new Error(`${parameters.join(' ')} failed: ${stderr || stdout || message}`);
    };
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...parameters], { cwd: root, env: this.env }).catch(failed);
    return stdout;
  }
}
