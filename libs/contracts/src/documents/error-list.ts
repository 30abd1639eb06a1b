import { ERRORS } from '../errors.ts';

/** The catalogue of errors as a page: one row a code. */
export function errorList(): string {
  const rows = Object.entries(ERRORS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, [status, snake, message]]) => `| \`${code}\` | ${status} | \`${snake}\` | ${message} |`);
  return [
    '# Error codes',
    '',
    'Generated from the catalogue; `npm run generate` writes it anew. Codes never change; texts may. The third column is the code in',
    'answers of the routes that Post-EZ defines.',
    '',
    '| code | status | snake_case routes | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
