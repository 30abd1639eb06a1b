// The table of what was done and what came of it, and the same as JSON.

/** A row as a fault returns it: what was done, what was measured, and what is wrong; none of these is left out. */
export function row(name, did, { verdict, measured = [], problems = [] }) {
  const judged = verdict === undefined ? [] : ['lost', 'doubled', 'stuck', 'unexplained'].flatMap((kind) => (verdict[kind].length === 0 ? [] : [`${verdict[kind].length} ${kind}: ${verdict[kind].slice(0, 5).join(' | ')}`]));
  const counts = verdict === undefined ? {} : { posts: verdict.accepted, lost: verdict.lost.length, doubled: verdict.doubled.length, stuck: verdict.stuck.length, unexplained: verdict.unexplained.length, unconfirmed: verdict.unconfirmed, failed: verdict.failed };
  const all = [...judged, ...problems];
  return { name, did, counts, measured, problems: [...all, ...(verdict?.histories ?? [])], holds: all.length === 0 };
}

/** One line of progress or result. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

export function printTable(rows) {
  const header = ['fault', 'what was done', 'posts', 'lost', 'doubled', 'stuck', 'seen', 's', 'verdict'];
  const cells = rows.map(({ name, did, counts, measured, holds, seconds }) => [
    ...[name, did, counts.posts ?? '', counts.lost ?? '', counts.doubled ?? '', counts.stuck ?? ''],
    measured.join('; '),
    ...[Math.round(seconds), holds ? 'holds' : 'BROKEN'],
  ]);
  say(`| ${header.join(' | ')} |`);
  say(`| ${header.map(() => '---').join(' | ')} |`);
  for (const line of cells) say(`| ${line.join(' | ')} |`);
  for (const { name, problems } of rows) for (const problem of problems) say(`${name}: ${problem}`);
}
