import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './public-address.ts';

/** The guard said no. Nothing was connected. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = 'ADDRESS_REFUSED';
}

/** Decides which addresses may be called on a user's word. */
export interface AddressGuard {
  /** Why the URL may not be called, or undefined. Judges the URL alone; what a name resolves to is judged while connecting. */
  refuse(url: URL): string | undefined;
  /** Connects to addresses that passed, and to no others; for undici's `connect`. */
  readonly connect: buildConnector.connector;
}

/** Resolves a name to all its addresses. */
export type Resolver = (hostname: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

const systemResolver: Resolver = (hostname, done) => {
  systemLookup(hostname, { all: true }, (error, addresses) => done(error, error === null ? addresses : []));
};

/** `host:port` as it is compared: lower case, IPv6 without brackets. */
function endpoint(hostname: string, port: string, protocol: string): string {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return `${bare.toLowerCase()}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`;
}

function parseException(entry: string): string {
  const url = URL.canParse(`http://${entry}`) ? new URL(`http://${entry}`) : undefined;
  const port = /:(\d{1,5})$/.exec(entry)?.[1];
  if (url === undefined || port === undefined || url.pathname !== '/' || url.username !== '') {
    throw new Error(`an exception of the address guard must read host:port, not ${JSON.stringify(entry)}`);
  }
  return endpoint(url.hostname, port, url.protocol);
}

function refusePlain(url: URL): string | undefined {
  if (url.protocol !== 'https:') return `only https is allowed, not ${url.protocol.slice(0, -1)}`;
  const literal = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) return `${literal} is not a public address`;
  return undefined;
}

/** The one resolution of a connection: what it hands on was checked, all of it, and is what gets connected. */
function checkedLookup(resolve: Resolver): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses;
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (error !== null) return callback(error, '');
      if (first === undefined) return callback(new Error(`${hostname} has no address`), '');
      if (refused !== undefined)
        return callback(new AddressRefusedError(`${hostname} resolves to ${refused.address}, which is not public`), '');
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
}

/**
 * Guards against server-side request forgery (OWASP SSRF prevention): https only, no userinfo, a name is resolved once, all its
 * addresses must be public unicast, and the connection goes to the checked address. Literal addresses in any notation are brought
 * into the plain one by the WHATWG URL parser first. `allow` holds the operator's exceptions, `host:port` each: these may be private
 * and plain http.
 */
export function createAddressGuard(options: { readonly allow: readonly string[]; readonly resolve?: Resolver }): AddressGuard {
  const allowed = new Set(options.allow.map(parseException));
  const connectAllowed = buildConnector({ allowH2: false });
  const connectChecked = buildConnector({
    allowH2: false,
    lookup: checkedLookup(options.resolve ?? systemResolver),
  } as buildConnector.BuildOptions);
  const refuse = (url: URL): string | undefined => {
    if (url.username !== '' || url.password !== '') return 'a URL with user information is refused';
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return `only https is allowed, not ${url.protocol.slice(0, -1)}`;
    return allowed.has(endpoint(url.hostname, url.port, url.protocol)) ? undefined : refusePlain(url);
  };
  return {
    refuse,
    connect: (target, callback) => {
      if (allowed.has(endpoint(target.hostname, target.port, target.protocol))) return connectAllowed(target, callback);
      const host = isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname;
      // A dispatcher may be handed an origin that nobody showed to `refuse`, so the connector asks again.
      const reason = refusePlain(new URL(`${target.protocol}//${host}`));
      if (reason !== undefined) return callback(new AddressRefusedError(reason), null);
      return connectChecked(target, callback);
    },
  };
}
