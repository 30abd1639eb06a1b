import ipaddr from 'ipaddr.js';

/** Addresses that look public and lead to a cloud's inside: Azure's WireServer answers every virtual machine there. */
const INSIDE_CLOUDS: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Global unicast, the only part of IPv6 that is assigned to the public (IANA IPv6 address space registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** RFC 6052's well-known prefix. The local-use prefix of RFC 8215 is not in it: what that leads to is for its operator to know. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !INSIDE_CLOUDS.has(address.toString());
}

/** The IPv4 address inside an IPv6 one whose packets a translator sends on to it. */
function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(NAT64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  return undefined;
}

/**
 * Whether an address is public unicast. IPv4-mapped and NAT64 addresses are judged by the IPv4 address inside them: an IPv6-only
 * host reaches the whole of IPv4 through NAT64. 6to4, Teredo and everything outside 2000::/3 are never public.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%') || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return isPublicIPv4(parsed);
  if (!(parsed instanceof ipaddr.IPv6)) return false;
  const embedded = embeddedIPv4(parsed);
  if (embedded !== undefined) return isPublicIPv4(embedded);
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === 'unicast';
}
