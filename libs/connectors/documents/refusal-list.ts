import type { SimulatedResponse, SimulatorEntry, SimulatorHost } from '../kit/simulator.ts';

/** Characters of an answer that the list shows. */
const SHOWN = 160;

/** `docs/sandbox-refusals.md`: every refusal that a simulator knows by a name, with the answer that it then gives. */
export function refusalList(simulators: readonly SimulatorEntry[]): string {
  return [
    '# Refusals of the sandbox',
    '',
    'Written from the simulators by `npm run generate`; do not edit. [The sandbox](sandbox.md) says how a refusal is switched by its name.',
    ...simulators.flatMap(section),
    '',
  ].join('\n');
}

function section({ platform, create }: SimulatorEntry): string[] {
  const simulator = create(stillHost());
  const rows = simulator.refusals.map((name) => `| \`${name}\` | ${described(simulator.refusal(name))} |`);
  return ['', `## ${platform}`, '', '| refusal | answer |', '| --- | --- |', ...rows];
}

function described(answer: SimulatedResponse | undefined): string {
  if (answer === undefined) throw new Error('A simulator names a refusal that it does not know');
  const body = typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body);
  const text = body.replaceAll(/\s+/g, ' ').trim();
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return shown === '' ? `${answer.status}, no body` : `${answer.status} \`${shown.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}

/** A world in which nothing happens and no time passes, so that the list is the same each time. */
function stillHost(): SimulatorHost {
  return {
    table: () => new Map(),
    now: () => 0,
    random: () => '',
    record: () => undefined,
    forget: () => undefined,
    fetch: () => Promise.resolve(undefined),
    origin: () => '',
  };
}
