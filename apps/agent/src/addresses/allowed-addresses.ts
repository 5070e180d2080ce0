import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { withDeadline } from '@berth/process';
import ipaddr from 'ipaddr.js';

export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

type Resolve = (host: string) => Promise<readonly FoundAddress[]>;

/** Of the system's resolver, which may have longer ones of its own. */
const RESOLVE_MS = 15_000;
/** As people call what `ipaddr.js` has another name for. */
const KINDS: Readonly<Record<string, string>> = {
  linkLocal: 'link-local',
  uniqueLocal: 'private',
  carrierGradeNat: 'shared',
};

/** What somebody gave leads to where only the installation may lead. */
export class AddressRefused extends Error {
  constructor(
    readonly host: string,
    address: string,
  ) {
    const kind = kindOf(address);
    const found = host === address ? `${host} is` : `${host} is ${address},`;
    super(
      `${found} a ${KINDS[kind] ?? kind} address, and those are closed to addresses that users give. Where it is meant, name it in BERTH_ALLOWED_ADDRESSES of the agents, as an address, a range or a host's name.`,
    );
    this.name = 'AddressRefused';
  }
}

/**
 * Which addresses the agent goes to in a user's name: public ones, and what the installation names. Loopback, link-local
 * (where clouds have their metadata) and private ranges are others' and its own.
 */
export class AllowedAddresses {
  private readonly names = new Set<string>();
  private readonly ranges: ReturnType<typeof ipaddr.parseCIDR>[] = [];

  /** @param entries addresses, ranges and names of hosts */
  constructor(
    entries: readonly string[],
    private readonly resolver: Resolve = resolveBySystem,
  ) {
    for (const entry of entries) {
      if (ipaddr.isValidCIDR(entry)) {
        this.ranges.push(ipaddr.parseCIDR(entry));
      } else if (isIP(entry) !== 0) {
        const address = ipaddr.process(entry);
        this.ranges.push([address, address.kind() === 'ipv4' ? 32 : 128]);
      } else {
        this.names.add(entry.toLowerCase());
      }
    }
  }

  /**
   * All addresses of a host that may be reached; connect to one of these, since the next answer may be another.
   * @throws AddressRefused where it has others only, and what the resolver throws
   */
  async resolve(host: string): Promise<readonly FoundAddress[]> {
    const plain = withoutBrackets(host);
    const family = isIP(plain);
    const found = family === 0 ? await this.resolver(plain) : [{ address: plain, family }];
    const allowed = found.filter(({ address }) => this.isAllowed(plain, address));
    if (allowed.length === 0) {
      throw new AddressRefused(plain, found[0]?.address ?? plain);
    }
    return allowed;
  }

  private isAllowed(host: string, address: string): boolean {
    if (kindOf(address) === 'unicast' || this.names.has(host.toLowerCase().replace(/\.$/, ''))) {
      return true;
    }
    const one = ipaddr.process(address);
    return this.ranges.some(([range, bits]) => range.kind() === one.kind() && one.match(range, bits));
  }
}

/** For a connection that must lead to what was checked. */
export function pinnedTo(found: readonly FoundAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = found;
    if (options.all === true) {
      callback(null, [...found]);
    } else {
      callback(null, first?.address ?? '', first?.family);
    }
  };
}

function kindOf(address: string): string {
  return ipaddr.process(address).range();
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

async function resolveBySystem(host: string): Promise<readonly FoundAddress[]> {
  return withDeadline('an answer of the resolver', RESOLVE_MS, lookup(host, { all: true }));
}
