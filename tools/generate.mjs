// Writes the generated documents; with --check it only compares them, and names what to run when one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { asyncApiDocument, errorList, events, openApiDocument, publicRoutes, topicList } from '@plaza/contracts';
import { configurationTable } from '@plaza/chassis';
import { connectors, platformList } from '@plaza/connectors';
import { refusalList, simulators } from '@plaza/connectors/simulators';
import { API_VERSION } from '@plaza/gateway';

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const files = {
  'docs/openapi.json': json(openApiDocument(publicRoutes, API_VERSION)),
  'docs/asyncapi.json': json(asyncApiDocument(events, API_VERSION)),
  'docs/topics.md': topicList(events),
  'docs/errors.md': errorList(),
  'docs/configuration.md': configurationTable(),
  'docs/platforms.md': platformList(connectors),
  'docs/sandbox-refusals.md': refusalList(simulators),
};

const isCheck = process.argv.includes('--check');
let stale = 0;
for (const [name, text] of Object.entries(files)) {
  const path = new URL(`../${name}`, import.meta.url);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (isCheck) {
    stale += 1;
    process.stderr.write(`${name} is not what the sources say. Run "npm run generate" and commit the result.\n`);
  } else {
    writeFileSync(path, text);
    process.stdout.write(`wrote ${name}\n`);
  }
}
if (isCheck && stale === 0) process.stdout.write(`${Object.keys(files).length} generated files are fresh\n`);
process.exitCode = stale > 0 ? 1 : 0;
