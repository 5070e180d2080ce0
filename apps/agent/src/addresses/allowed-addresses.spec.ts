import { describe, expect, it } from '@jest/globals';
import { AddressRefused, AllowedAddresses } from './allowed-addresses.js';

const answers =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('the addresses that an agent goes to in a user’s name', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.9.9.9'],
    ['loopback', '::1'],
    ['loopback', '::ffff:127.0.0.1'],
    ['link-local', '169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['private', '10.0.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['private', 'fd00:ec2::254'],
    ['shared', '100.100.100.200'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['rfc6052', '64:ff9b::7f00:1'],
    ['6to4', '2002:7f00:1::'],
  ])('are no %s ones: %s, in writing or in an answer of the resolver', async (kind, address) => {
    const refused = new RegExp(`a ${kind} address.*BERTH_ALLOWED_ADDRESSES`);
    await expect(new AllowedAddresses([]).resolve(address)).rejects.toThrow(refused);
    await expect(new AllowedAddresses([], answers(address)).resolve('git.example')).rejects.toThrow(
      `git.example is ${address}, a ${kind} address`,
    );
  });

  it.each(['140.82.121.4', '2606:50c0:8000::154'])('are public ones: %s', async (address) => {
    expect(await new AllowedAddresses([]).resolve(address)).toMatchObject([{ address }]);
  });

  it('are those of a name only that may be reached', async () => {
    const both = new AllowedAddresses([], answers('10.0.0.1', '140.82.121.4'));
    expect(await both.resolve('git.example')).toEqual([{ address: '140.82.121.4', family: 4 }]);
  });

  it.each([
    [['10.1.0.0/16'], '10.1.2.3', '10.2.0.1'],
    [['fd00::/8'], 'fd12::1', 'fe80::1'],
    [['127.0.0.1'], '::ffff:127.0.0.1', '127.0.0.2'],
    [['::1'], '::1', '127.0.0.1'],
    [['0.0.0.0/0', '::/0'], '169.254.169.254', null],
  ])('are what the installation allows: %j has %s, and not %s', async (entries, inside, outside) => {
    const allowed = new AllowedAddresses(entries);
    expect(await allowed.resolve(inside)).toHaveLength(1);
    if (outside !== null) {
      await expect(allowed.resolve(outside)).rejects.toThrow(AddressRefused);
    }
  });

  it('are whatever a name stands for that the installation allows, and that name alone', async () => {
    const allowed = new AllowedAddresses(['Git.Corp'], answers('10.0.0.1'));
    expect(await allowed.resolve('git.corp')).toHaveLength(1);
    expect(await allowed.resolve('GIT.CORP.')).toHaveLength(1);
    await expect(allowed.resolve('git.corp.example')).rejects.toThrow(AddressRefused);
    await expect(allowed.resolve('10.0.0.1')).rejects.toThrow(AddressRefused);
  });
});
