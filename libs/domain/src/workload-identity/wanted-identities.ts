/** Whom a run is known to by a token of its own, in the order in which they are told. */
export const IDENTITY_PROVIDERS = ['aws', 'gcp', 'azure', 'vault'] as const;
export type IdentityProvider = (typeof IDENTITY_PROVIDERS)[number];

interface Token {
  /** Of the token, among those of its run. */
  readonly name: string;
  readonly audience: string;
}

/** A token that a run's variables ask for, and what is to be made of it. */
export type WantedIdentity = Token &
  (
    | { readonly for: 'aws'; readonly roleArn: string }
    | { readonly for: 'gcp'; readonly provider: string; readonly serviceAccount: string | null }
    | { readonly for: 'azure'; readonly clientId: string }
    | {
        readonly for: 'vault';
        readonly address: string;
        readonly role: string;
        readonly authPath: string;
        readonly namespace: string | null;
        /** PEM in base64. */
        readonly caCert: string | null;
      }
    /** It is given as it is, in the environment variable of its name. */
    | { readonly for: 'anybody' }
  );

export interface WantedIdentities {
  readonly wanted: readonly WantedIdentity[];
  /** What is missing, in sentences for whoever set the variables; no value stands in one. */
  readonly faults: readonly string[];
}

const ANYBODY = /^TFC_WORKLOAD_IDENTITY_AUDIENCE(_[A-Za-z0-9_]+)?$/;
const PROVIDER_AUTH = /^TFC_[A-Z_]+_(PROVIDER_AUTH|BACKED_[A-Z_]+_AUTH)(_.+)?$/;
const KNOWN_AUTH: ReadonlySet<string> = new Set(
  IDENTITY_PROVIDERS.map((one) => `TFC_${one.toUpperCase()}_PROVIDER_AUTH`),
);

/**
 * What the environment variables of a run ask for, under the names that HCP Terraform's dynamic credentials have. Plan and
 * apply may have other roles.
 */
export function wantedIdentities(
  variables: readonly { readonly key: string; readonly value: string }[],
  phase: 'plan' | 'apply',
): WantedIdentities {
  const given = new Given(variables, phase);
  const wanted = [aws(given), gcp(given), azure(given), vault(given), ...anybody(given)];
  const unknown = given.names.filter(
    (name) => PROVIDER_AUTH.test(name) && !KNOWN_AUTH.has(name) && given.says(name),
  );
  return {
    wanted: wanted.filter((one) => one !== null),
    faults: [
      ...given.faults,
      ...unknown.map(
        (name) => `${name} is not supported: one configuration each for AWS, GCP, Azure and Vault is`,
      ),
    ],
  };
}

function aws(given: Given): WantedIdentity | null {
  if (!given.says('TFC_AWS_PROVIDER_AUTH')) {
    return null;
  }
  const roleArn = given.needOfPhase('TFC_AWS_PROVIDER_AUTH', 'TFC_AWS', 'ROLE_ARN');
  const audience = given.of('TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE') ?? 'aws.workload.identity';
  return roleArn === null ? null : { for: 'aws', name: 'aws', audience, roleArn };
}

function gcp(given: Given): WantedIdentity | null {
  if (!given.says('TFC_GCP_PROVIDER_AUTH')) {
    return null;
  }
  const provider = googleProvider(given);
  if (provider === null) {
    given.faults.push(
      'TFC_GCP_PROVIDER_AUTH is set, and needs TFC_GCP_WORKLOAD_PROVIDER_NAME, or TFC_GCP_PROJECT_NUMBER, TFC_GCP_WORKLOAD_POOL_ID and TFC_GCP_WORKLOAD_PROVIDER_ID',
    );
    return null;
  }
  return {
    for: 'gcp',
    name: 'gcp',
    audience: given.of('TFC_GCP_WORKLOAD_IDENTITY_AUDIENCE') ?? `//iam.googleapis.com/${provider}`,
    provider,
    serviceAccount: given.ofPhase('TFC_GCP', 'SERVICE_ACCOUNT_EMAIL'),
  };
}

function googleProvider(given: Given): string | null {
  const whole = given.of('TFC_GCP_WORKLOAD_PROVIDER_NAME');
  const [project, pool, provider] = [
    given.of('TFC_GCP_PROJECT_NUMBER'),
    given.of('TFC_GCP_WORKLOAD_POOL_ID'),
    given.of('TFC_GCP_WORKLOAD_PROVIDER_ID'),
  ];
  if (whole !== null || project === null || pool === null || provider === null) {
    return whole;
  }
  return `projects/${project}/locations/global/workloadIdentityPools/${pool}/providers/${provider}`;
}

function azure(given: Given): WantedIdentity | null {
  if (!given.says('TFC_AZURE_PROVIDER_AUTH')) {
    return null;
  }
  const clientId = given.needOfPhase('TFC_AZURE_PROVIDER_AUTH', 'TFC_AZURE', 'CLIENT_ID');
  const audience = given.of('TFC_AZURE_WORKLOAD_IDENTITY_AUDIENCE') ?? 'api://AzureADTokenExchange';
  return clientId === null ? null : { for: 'azure', name: 'azure', audience, clientId };
}

function vault(given: Given): WantedIdentity | null {
  if (!given.says('TFC_VAULT_PROVIDER_AUTH')) {
    return null;
  }
  const address = given.need('TFC_VAULT_PROVIDER_AUTH', 'TFC_VAULT_ADDR');
  const role = given.needOfPhase('TFC_VAULT_PROVIDER_AUTH', 'TFC_VAULT', 'ROLE');
  if (address === null || role === null) {
    return null;
  }
  return {
    for: 'vault',
    name: 'vault',
    audience: given.of('TFC_VAULT_WORKLOAD_IDENTITY_AUDIENCE') ?? 'vault.workload.identity',
    address,
    role,
    authPath: given.of('TFC_VAULT_AUTH_PATH') ?? 'jwt',
    namespace: given.of('TFC_VAULT_NAMESPACE'),
    caCert: given.of('TFC_VAULT_ENCODED_CACERT'),
  };
}

function anybody(given: Given): WantedIdentity[] {
  return given.names.flatMap((key) => {
    const audience = ANYBODY.test(key) ? given.of(key) : null;
    const name = key.replace('_AUDIENCE', '_TOKEN');
    return audience === null ? [] : [{ for: 'anybody' as const, name, audience }];
  });
}

/** The variables, and what is found missing in them. */
class Given {
  readonly faults: string[] = [];
  private readonly values: ReadonlyMap<string, string>;

  constructor(
    variables: readonly { readonly key: string; readonly value: string }[],
    private readonly phase: 'plan' | 'apply',
  ) {
    this.values = new Map(variables.map(({ key, value }) => [key, value.trim()]));
  }

  get names(): string[] {
    return [...this.values.keys()].sort();
  }

  /** Null where it is not set, or empty. */
  of(name: string): string | null {
    const value = this.values.get(name);
    return value === undefined || value === '' ? null : value;
  }

  says(name: string): boolean {
    return this.of(name)?.toLowerCase() === 'true';
  }

  need(because: string, name: string): string | null {
    const value = this.of(name);
    if (value === null) {
      this.faults.push(`${because} is set, and needs ${name}`);
    }
    return value;
  }

  /** The phase's own, or that of both. */
  ofPhase(before: string, after: string): string | null {
    return this.of(`${before}_${this.phase.toUpperCase()}_${after}`) ?? this.of(`${before}_RUN_${after}`);
  }

  needOfPhase(because: string, before: string, after: string): string | null {
    const value = this.ofPhase(before, after);
    if (value === null) {
      const own = `${before}_${this.phase.toUpperCase()}_${after}`;
      this.faults.push(`${because} is set, and needs ${before}_RUN_${after}, or ${own} for this phase`);
    }
    return value;
  }
}
