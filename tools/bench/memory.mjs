// Memory of processes as the kernel counts it.
import { readdirSync, readFileSync } from 'node:fs';

/** A process with its children, e.g. a Postgres with its backends. */
export function withChildren(parent) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return [parent, ...all.filter((pid) => Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]) === parent)];
}

/** Proportional set size of the processes together, in MiB: shared pages count once. */
export function memoryMiB(pids) {
  const kib = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return kib.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Empty for a process that has ended meanwhile. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
