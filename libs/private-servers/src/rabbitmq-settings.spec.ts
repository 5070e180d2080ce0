import { describe, expect, it } from '@jest/globals';
import { brokerDefinitions, nodeConfig, nodeEnvironment, nodeMark } from './rabbitmq-settings.js';

const PORTS = { amqp: 20_001, distribution: 20_002, epmd: 20_003, management: 20_004, prometheus: 20_005 };

describe('the settings of the private broker', () => {
  it('listen on loopback only, whatever is enabled', () => {
    const config = nodeConfig(PORTS, '/srv/berth/definitions.json');

    expect(config).toContain('listeners.tcp.local = 127.0.0.1:20001');
    expect(config).toContain('management.tcp.ip = 127.0.0.1');
    expect(config).toContain('prometheus.tcp.ip = 127.0.0.1');
    expect(nodeEnvironment('/srv/berth', PORTS)).toMatchObject({
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: expect.stringContaining('{127,0,0,1}'),
    });
  });

  it('leave most of a small machine to others', () => {
    const gibibyte = 1024 ** 3;

    expect(nodeConfig(PORTS, 'file', gibibyte)).toContain(`absolute = ${Math.floor(gibibyte * 0.4)}`);
    expect(nodeConfig(PORTS, 'file', 64 * gibibyte)).toContain(`absolute = ${gibibyte}`);
  });

  it('keep passwords out of every file, of environment and command line', () => {
    const passwords = { user: 'word-one', admin: 'word-two' };
    const said = JSON.stringify([
      brokerDefinitions(passwords),
      nodeConfig(PORTS, 'file'),
      nodeEnvironment('/srv/berth', PORTS),
      nodeMark('/srv/berth'),
    ]);
    expect(said).not.toMatch(/word-one|word-two/);
  });

  it('let only one of the two users manage the broker', () => {
    const { users } = JSON.parse(brokerDefinitions({ user: 'a', admin: 'b' })) as {
      users: { name: string; tags: string }[];
    };
    expect(users.map(({ name, tags }) => [name, tags])).toEqual([
      ['berth', ''],
      ['berth-admin', 'administrator'],
    ]);
  });

  it('mark the command line differently for each folder', () => {
    expect(nodeMark('/srv/one')).not.toEqual(nodeMark('/srv/two'));
  });
});
