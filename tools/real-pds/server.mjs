// Boots a real PDS with its PLC directory, on loopback only, and prints one line of JSON with its address. Runs on the Node and the packages
// of the cache, whose folder is the first argument. Ends with its standard input, so that it never outlives who started it.
import { createRequire } from 'node:module';
import { Server } from 'node:net';
import { pathToFileURL } from 'node:url';

const listen = Server.prototype.listen;
/** The packages listen on every address; a test server has to be reached from this machine only. */
Server.prototype.listen = function listenOnLoopback(...args) {
  if (typeof args[0] === 'number') return listen.call(this, { port: args[0], host: '127.0.0.1' }, ...args.slice(1).filter((one) => typeof one === 'function'));
  if (typeof args[0] === 'object' && args[0] !== null && args[0].port !== undefined) return listen.call(this, { ...args[0], host: '127.0.0.1' }, ...args.slice(1));
  return listen.apply(this, args);
};

const folder = process.argv[2];
const { TestNetworkNoAppView } = await import(pathToFileURL(createRequire(`${folder}/package.json`).resolve('@atproto/dev-env')).href);
const network = await TestNetworkNoAppView.create({});
process.stdout.write(`${JSON.stringify({ url: network.pds.url })}\n`);
process.stdin.resume().on('end', async () => {
  await network.close().catch(() => undefined);
  process.exit(0);
});
