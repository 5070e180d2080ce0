import { describe, expect, it } from '@jest/globals';
import { forbiddenVariable } from '../forbidden-variables.js';
import { wantedIdentities } from './wanted-identities.js';

function wanted(variables: Record<string, string>, phase: 'plan' | 'apply' = 'plan') {
  return wantedIdentities(
    Object.entries(variables).map(([key, value]) => ({ key, value })),
    phase,
  );
}

describe('the identities that a run’s variables ask for', () => {
  it('are none without a word', () => {
    expect(wanted({ AWS_REGION: 'eu-west-1', TFC_AWS_RUN_ROLE_ARN: 'role' })).toEqual({
      wanted: [],
      faults: [],
    });
    expect(wanted({ TFC_AWS_PROVIDER_AUTH: 'false' })).toEqual({ wanted: [], faults: [] });
  });

  it('have the audiences that providers expect where none is given', () => {
    const all = wanted({
      TFC_AWS_PROVIDER_AUTH: 'true',
      TFC_AWS_RUN_ROLE_ARN: 'arn:aws:iam::1:role/run',
      TFC_GCP_PROVIDER_AUTH: 'true',
      TFC_GCP_WORKLOAD_PROVIDER_NAME: 'projects/1/locations/global/workloadIdentityPools/p/providers/q',
      TFC_AZURE_PROVIDER_AUTH: 'TRUE',
      TFC_AZURE_RUN_CLIENT_ID: 'client',
      TFC_VAULT_PROVIDER_AUTH: 'true',
      TFC_VAULT_ADDR: 'https://vault.example.com',
      TFC_VAULT_RUN_ROLE: 'berth',
    });
    expect(all.faults).toEqual([]);
    expect(all.wanted.map(({ name, audience }) => [name, audience])).toEqual([
      ['aws', 'aws.workload.identity'],
      ['gcp', '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q'],
      ['azure', 'api://AzureADTokenExchange'],
      ['vault', 'vault.workload.identity'],
    ]);
    expect(all.wanted.at(-1)).toMatchObject({ authPath: 'jwt', namespace: null, caCert: null });
  });

  it('take the role of the phase before that of both', () => {
    const roles = {
      TFC_AWS_PROVIDER_AUTH: 'true',
      TFC_AWS_RUN_ROLE_ARN: 'both',
      TFC_AWS_PLAN_ROLE_ARN: 'reads',
      TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE: 'ours',
    };
    expect(wanted(roles, 'plan').wanted).toEqual([
      { for: 'aws', name: 'aws', audience: 'ours', roleArn: 'reads' },
    ]);
    expect(wanted(roles, 'apply').wanted).toMatchObject([{ roleArn: 'both' }]);
  });

  it('know a provider of Google by its parts', () => {
    expect(
      wanted({
        TFC_GCP_PROVIDER_AUTH: 'true',
        TFC_GCP_PROJECT_NUMBER: '7',
        TFC_GCP_WORKLOAD_POOL_ID: 'pool',
        TFC_GCP_WORKLOAD_PROVIDER_ID: 'berth',
        TFC_GCP_RUN_SERVICE_ACCOUNT_EMAIL: 'run@x.iam.gserviceaccount.com',
      }).wanted,
    ).toMatchObject([
      {
        provider: 'projects/7/locations/global/workloadIdentityPools/pool/providers/berth',
        serviceAccount: 'run@x.iam.gserviceaccount.com',
      },
    ]);
  });

  it('give a token as it is for each audience of its own', () => {
    expect(
      wanted({
        TFC_WORKLOAD_IDENTITY_AUDIENCE: 'one',
        TFC_WORKLOAD_IDENTITY_AUDIENCE_OTHER: 'two',
        TFC_WORKLOAD_IDENTITY_AUDIENCE_EMPTY: ' ',
      }).wanted,
    ).toEqual([
      { for: 'anybody', name: 'TFC_WORKLOAD_IDENTITY_TOKEN', audience: 'one' },
      { for: 'anybody', name: 'TFC_WORKLOAD_IDENTITY_TOKEN_OTHER', audience: 'two' },
    ]);
  });

  it('say what is missing, and what there is not', () => {
    expect(
      wanted({
        TFC_AWS_PROVIDER_AUTH: 'true',
        TFC_AWS_APPLY_ROLE_ARN: 'of another phase',
        TFC_GCP_PROVIDER_AUTH: 'true',
        TFC_GCP_PROJECT_NUMBER: '7',
        TFC_VAULT_PROVIDER_AUTH: 'true',
        TFC_AZURE_PROVIDER_AUTH_PROD: 'true',
        TFC_KUBERNETES_PROVIDER_AUTH: 'true',
      }),
    ).toEqual({
      wanted: [],
      faults: [
        expect.stringContaining('TFC_AWS_RUN_ROLE_ARN, or TFC_AWS_PLAN_ROLE_ARN'),
        expect.stringContaining('TFC_GCP_WORKLOAD_PROVIDER_NAME'),
        expect.stringContaining('needs TFC_VAULT_ADDR'),
        expect.stringContaining('TFC_VAULT_RUN_ROLE'),
        expect.stringContaining('TFC_AZURE_PROVIDER_AUTH_PROD is not supported'),
        expect.stringContaining('TFC_KUBERNETES_PROVIDER_AUTH is not supported'),
      ],
    });
  });

  it('are asked for by names that people may set', () => {
    for (const name of ['TFC_AWS_PROVIDER_AUTH', 'TFC_VAULT_ADDR', 'TFC_WORKLOAD_IDENTITY_AUDIENCE_X']) {
      expect(forbiddenVariable(name)).toBeNull();
    }
  });
});
