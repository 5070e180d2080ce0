import type { ConfigError } from '@berth/config';
import { describe, expect, it } from '@jest/globals';
import { readEnv } from './env.js';

const NEEDED = {
  AMQP_URL: 'amqp://broker',
  BERTH_API_URL: 'http://api:8080',
  BERTH_AGENT_TOKEN: 'x'.repeat(32),
  BERTH_AGENT_HOME: '/var/lib/berth',
};

function faults(env: Record<string, string>): readonly string[] {
  try {
    readEnv({ ...NEEDED, ...env });
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
}

describe('the settings of signatures', () => {
  it('need no key as long as none is required', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ BERTH_TERRAFORM_RELEASE_KEY: '/etc/berth/hashicorp.asc' })).toEqual([]);
  });

  it('name in a line each the keys that are required and missing', () => {
    const missing =
      'must name a file with the vendor’s public key, since BERTH_RELEASE_SIGNATURES is "require"';
    const env = { BERTH_RELEASE_SIGNATURES: 'require' };

    expect(faults(env)).toEqual([
      `BERTH_TERRAFORM_RELEASE_KEY ${missing}`,
      `BERTH_OPENTOFU_RELEASE_KEY ${missing}`,
    ]);
    expect(faults({ ...env, BERTH_TERRAFORM_RELEASE_KEY: '/etc/berth/hashicorp.asc' })).toEqual([
      `BERTH_OPENTOFU_RELEASE_KEY ${missing}`,
    ]);
  });
});

describe('the variables of its own that an agent passes on', () => {
  it('are those that it names', () => {
    expect(readEnv({ ...NEEDED, BERTH_PASS_THROUGH: 'AWS_REGION, TF_LOG' }).BERTH_PASS_THROUGH).toEqual([
      'AWS_REGION',
      'TF_LOG',
    ]);
  });

  it.each(['TF_CLI_ARGS_plan', 'TF_DATA_DIR', 'TF_WORKSPACE', 'TF_HTTP_PASSWORD', 'BERTH_AGENT_TOKEN'])(
    'are never %s, which would change the run or give away a secret',
    (name) => {
      expect(faults({ BERTH_PASS_THROUGH: `AWS_REGION,${name}` })).toEqual([
        expect.stringContaining(`BERTH_PASS_THROUGH must not name ${name}: `),
      ]);
    },
  );
});

describe('the addresses that users may lead an agent to', () => {
  it('are addresses, ranges and hosts', () => {
    const given = '10.0.0.1, 10.0.0.0/8,::1,fd00::/8,git.corp,git-1.corp.example,localhost';
    expect(readEnv({ ...NEEDED, BERTH_ALLOWED_ADDRESSES: given }).BERTH_ALLOWED_ADDRESSES).toEqual([
      '10.0.0.1',
      '10.0.0.0/8',
      '::1',
      'fd00::/8',
      'git.corp',
      'git-1.corp.example',
      'localhost',
    ]);
  });

  it.each(['10.0.0', '10.0.0.0/33', '10.0.0.0/', '*', '*.corp', 'https://git.corp', 'git.corp:443', '-git'])(
    'are not %s',
    (given) => {
      expect(faults({ BERTH_ALLOWED_ADDRESSES: `10.0.0.1,${given}` })).toEqual([
        expect.stringMatching(/^BERTH_ALLOWED_ADDRESSES must hold addresses, ranges such as/),
      ]);
    },
  );
});
