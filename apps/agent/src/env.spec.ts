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
