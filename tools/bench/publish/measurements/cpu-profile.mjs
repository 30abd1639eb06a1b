// Reads a V8 CPU profile: how busy the process was in a stretch of time, and with what.

const TOP = 30;
/** Frames that are no work: the event loop waits, or V8 is outside of JavaScript. */
const IDLE = new Set(['(idle)', '(program)']);

/** `fromMs`, `toMs`: milliseconds since 1970. The profile's clock is the system's monotonic one, in microseconds. */
export function hottest({ nodes, samples, timeDeltas, startTime }, { fromMs, toMs }) {
  const offsetUs = Date.now() * 1_000 - Number(process.hrtime.bigint() / 1_000n);
  const parts = new Map(nodes.map((node) => [node.id, node]));
  const byPlace = new Map();
  const byPart = new Map();
  let at = startTime;
  let total = 0;
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const spent = timeDeltas[index + 1] ?? 0;
    at += timeDeltas[index];
    const wall = (at + offsetUs) / 1_000;
    if (wall < fromMs || wall > toMs) continue;
    total += spent;
    const { functionName, url, lineNumber } = parts.get(id).callFrame;
    if (functionName === '(idle)') continue;
    busy += spent;
    add(byPart, IDLE.has(functionName) ? functionName : partOf(url, functionName), spent);
    add(byPlace, `${functionName || '(anonymous)'} ${placeOf(url)}:${lineNumber + 1}`, spent);
  }
  const shares = (map, count) => [...map].toSorted((a, b) => b[1] - a[1]).slice(0, count).map(([name, spent]) => [`CPU ${((spent / total) * 100).toFixed(1)} %`, name]);
  return { busyShare: busy / total, byPlace: [...shares(byPart, TOP), ...shares(byPlace, TOP)] };
}

function add(map, name, spent) {
  map.set(name, (map.get(name) ?? 0) + spent);
}

/** A package, or a folder of the project. */
function partOf(url, functionName) {
  const inside = url.split('/node_modules/').at(-1);
  if (url.includes('/node_modules/') && !inside.startsWith('@plaza')) return inside.split('/').slice(0, inside.startsWith('@') ? 2 : 1).join('/');
  return url === '' ? `V8 ${functionName}` : placeOf(url).split('/').slice(0, 3).join('/');
}

function placeOf(url) {
  return url.replace(/^.*\/(?=(apps|libs)\/)/, '').replace(/^.*\/node_modules\//, '').replace('/dist', '');
}
