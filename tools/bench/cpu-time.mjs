// Processor time of processes as the kernel counts it.
import { readFileSync } from 'node:fs';

/** Of Linux' clock ticks, in which the times are told. */
const TICK_MS = 10;

/** User and system time of the processes together since each began, in milliseconds; those that have ended count nothing. */
export function cpuMs(pids) {
  return pids.reduce((sum, pid) => sum + ticks(pid) * TICK_MS, 0);
}

function ticks(pid) {
  try {
    // After the name, which may hold blanks, the 12th and 13th fields are utime and stime (proc_pid_stat).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
