import { describe, expect, it } from '@jest/globals';
import { passedEnvironment } from './passed-environment.js';

describe('what a service gets of our environment', () => {
  it('is what programs need to run and to reach the network', () => {
    const needed = {
      PATH: '/bin',
      HOME: '/home/me',
      LANG: 'C.UTF-8',
      LC_ALL: 'C',
      TZ: 'UTC',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      https_proxy: 'http://proxy',
      NO_PROXY: 'localhost',
      SSL_CERT_FILE: '/ca.pem',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
    };

    expect(passedEnvironment(needed)).toEqual(needed);
  });

  it('includes settings of Berth but nothing that opens something', () => {
    const env = {
      BERTH_LOG_LEVEL: 'debug',
      BERTH_API_KEY: 'k',
      BERTH_AGENT_TOKEN: 't',
      BERTH_ENCRYPTION_KEY: 'e',
      BERTH_HOME: '/srv',
      BERTH_PORT: '1',
      AWS_SECRET_ACCESS_KEY: 's',
      DATABASE_URL: 'postgres://u:p@h/d',
      NPM_TOKEN: 'n',
    };

    expect(passedEnvironment(env)).toEqual({ BERTH_LOG_LEVEL: 'debug' });
  });
});
