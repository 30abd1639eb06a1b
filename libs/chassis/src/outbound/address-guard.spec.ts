import type { LookupAddress } from 'node:dns';
import { createAddressGuard, type Resolver } from './address-guard.ts';
import { createHttp } from './http-client.ts';
import { isPublicAddress } from './public-address.ts';
import { answering, rawServer } from './raw-server.spec-support.ts';

const PRIVATE = [
  ['0.0.0.0', 'this host'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.1', 'private'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.100.100.200', 'metadata of a cloud in carrier-grade NAT'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['168.63.129.16', 'WireServer'],
  ['169.254.169.254', 'link-local, metadata'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.0.0.1', 'protocol assignments'],
  ['192.0.2.1', 'documentation'],
  ['192.88.99.1', '6to4 relay'],
  ['192.168.1.1', 'private'],
  ['198.18.0.1', 'benchmarking'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::127.0.0.1', 'IPv4-compatible'],
  ['::ffff:10.0.0.1', 'IPv4-mapped private'],
  ['::ffff:7f00:1', 'IPv4-mapped loopback'],
  ['::ffff:0:127.0.0.1', 'IPv4-translated'],
  ['64:ff9b::a00:1', 'NAT64 of a private address'],
  ['64:ff9b::169.254.169.254', 'NAT64 of link-local'],
  ['64:ff9b:1::808:808', 'local-use NAT64'],
  ['100::1', 'discard'],
  ['2001::1', 'Teredo'],
  ['2001:db8::1', 'documentation'],
  ['2002:7f00:1::', '6to4 of loopback'],
  ['2002:808:808::', '6to4'],
  ['3fff::1', 'documentation'],
  ['5f00::1', 'segment routing'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'metadata in unique local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'with a zone'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['4000::1', 'unassigned'],
  ['', 'nothing'],
  ['localhost', 'a name'],
] as const;

describe('isPublicAddress', () => {
  it.each(PRIVATE)('refuses %s (%s)', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('takes %s', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('createAddressGuard, the URL', () => {
  const guard = createAddressGuard({ allow: ['sandbox:4010', '[::1]:8080', 'INTRA.example:443'] });
  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://user@example.com/',
    'https://user:word@example.com/',
    'http://user@sandbox:4010/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://0/',
    'https://①②⑦.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:0001]/',
    'https://[64:ff9b::7f00:1]/',
    'http://sandbox:4011/',
    'http://sandbox/',
  ])('refuses %s', (url) => expect(guard.refuse(new URL(url))).toEqual(expect.any(String)));

  it.each([
    'https://example.com/',
    'https://example.com:8443/',
    'https://8.8.8.8/',
    'http://sandbox:4010/x',
    'https://SANDBOX:4010/',
    'http://[::1]:8080/',
    'https://intra.example/',
  ])('lets %s through', (url) => expect(guard.refuse(new URL(url))).toBeUndefined());

  it.each(['sandbox', 'http://sandbox:80', 'sandbox:80/path', 'a@sandbox:80', ''])('does not take %s for an exception', (entry) =>
    expect(() => createAddressGuard({ allow: [entry] })).toThrow(/host:port/),
  );
});

describe('createAddressGuard, the connection', () => {
  const resolving = (addresses: readonly LookupAddress[]) => {
    const asked: string[] = [];
    const resolve: Resolver = (hostname, done) => {
      asked.push(hostname);
      done(null, addresses);
    };
    return { asked, resolve };
  };
  const attempt = async (resolve: Resolver, allow: readonly string[], url: string, deadlineMs: number) => {
    const http = createHttp({ userAgent: 'Plaza test', guard: createAddressGuard({ allow, resolve }) });
    const outcome = await http.send({ method: 'GET', url, deadlineMs, visible: true });
    await http.close();
    return outcome;
  };

  it('is refused when one of several addresses is not public', async () => {
    const { asked, resolve } = resolving([
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]);
    const outcome = await attempt(resolve, [], 'https://two.example/', 5000);
    expect(outcome).toEqual({ kind: 'unsent', reason: 'ADDRESS_REFUSED: two.example resolves to 10.0.0.1, which is not public' });
    expect(asked).toEqual(['two.example']);
  });

  it('goes to the address that was checked: the name is resolved once', async () => {
    const inside = await rawServer(() => undefined);
    let asked = 0;
    const rebinding: Resolver = (_hostname, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '8.8.8.8' : '127.0.0.1', family: 4 }]);
    };
    const outcome = await attempt(rebinding, [], `https://rebind.example:${inside.port}/`, 60);
    expect(outcome.kind).toBe('unsent');
    expect({ asked, connections: inside.connections() }).toEqual({ asked: 1, connections: 0 });
    await inside.close();
  });

  it('reaches an exception, private and plain', async () => {
    const inside = await rawServer(answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
    const { resolve } = resolving([]);
    const outcome = await attempt(resolve, [`localhost:${inside.port}`], `http://localhost:${inside.port}/`, 5000);
    expect(outcome).toMatchObject({ kind: 'response', status: 200 });
    await inside.close();
  });

  it('is refused by the connector too, when nobody showed it the URL', async () => {
    const { asked, resolve } = resolving([{ address: '8.8.8.8', family: 4 }]);
    const refused = (protocol: string, hostname: string) =>
      new Promise((done) =>
        createAddressGuard({ allow: [], resolve }).connect({ protocol, hostname, port: '' }, (...[error]) => done(error?.message)),
      );
    expect(await refused('https:', '::1')).toMatch(/not a public address/);
    expect(await refused('http:', 'example.com')).toMatch(/only https/);
    expect(asked).toEqual([]);
  });
});
