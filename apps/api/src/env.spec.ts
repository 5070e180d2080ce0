import { ConfigError } from '@berth/config';
import { describe, expect, it } from '@jest/globals';
import { readEnv } from './env.js';

const REQUIRED = {
  DATABASE_URL: 'postgres://berth@db/berth',
  AMQP_URL: 'amqp://broker',
  BERTH_API_KEY: 'x'.repeat(32),
  BERTH_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readEnv({ ...REQUIRED, ...env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults;
    }
    throw error;
  }
}

describe('where people look at traces', () => {
  it('is an address with the trace in it, or nowhere', () => {
    const fault = 'BERTH_TRACE_URL must be an http or https URL with {traceId} in it, such as';
    expect(faultsOf({ BERTH_TRACE_URL: 'https://grafana.example.com/explore?trace={traceId}' })).toEqual([]);
    for (const BERTH_TRACE_URL of ['https://traces.example.com', '{traceId}', 'javascript:{traceId}']) {
      expect(faultsOf({ BERTH_TRACE_URL })).toEqual([expect.stringContaining(fault)]);
    }
  });
});

describe('rights of agents on the broker', () => {
  it('are demanded only where they can be given', () => {
    expect(faultsOf({ BERTH_BROKER_RIGHTS: 'require' })).toEqual([
      'BERTH_BROKER_MANAGEMENT_URL must be set where BERTH_BROKER_RIGHTS is "require"',
    ]);
    const BERTH_BROKER_MANAGEMENT_URL = 'http://admin:password@broker:15672';
    expect(faultsOf({ BERTH_BROKER_RIGHTS: 'require', BERTH_BROKER_MANAGEMENT_URL })).toEqual([]);
  });
});

describe('the settings of single sign-on', () => {
  it('are right as a whole, or not there', () => {
    expect(faultsOf({})).toEqual([]);
    const whole = { BERTH_OIDC_ISSUER: 'https://login.example.com', BERTH_OIDC_CLIENT_ID: 'berth' };
    expect(faultsOf(whole)).toEqual([]);
    expect(faultsOf({ ...whole, BERTH_OIDC_CLIENT_SECRET: 's' })).toEqual([]);
    expect(faultsOf({ BERTH_OIDC_ISSUER: 'https://login.example.com' })).toEqual([
      'BERTH_OIDC_CLIENT_ID must be set where BERTH_OIDC_ISSUER is',
    ]);
    expect(faultsOf({ BERTH_OIDC_CLIENT_SECRET: 's' })).toEqual([
      'BERTH_OIDC_ISSUER must be set where BERTH_OIDC_CLIENT_SECRET is',
    ]);
  });

  it('name an issuer whose line nobody else reads', () => {
    const issuer = (BERTH_OIDC_ISSUER: string) =>
      faultsOf({ BERTH_OIDC_ISSUER, BERTH_OIDC_CLIENT_ID: 'berth' });
    expect(issuer('http://127.0.0.1:3000')).toEqual([]);
    expect(issuer('http://login.example.com')).toEqual([
      'BERTH_OIDC_ISSUER must begin with https://, but for an issuer on this machine itself',
    ]);
    expect(issuer('http://127.0.0.1.example.com')).toHaveLength(1);
    expect(issuer('login.example.com')).toEqual([
      'BERTH_OIDC_ISSUER must be set to a URL such as https://login.example.com',
    ]);
  });

  it('say no secret in a fault', () => {
    expect(faultsOf({ BERTH_OIDC_CLIENT_SECRET: 'hunter2', BERTH_PASSWORDS: 'no' }).join()).not.toContain(
      'hunter2',
    );
  });
});
