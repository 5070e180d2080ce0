import * as oidc from 'openid-client';

/** The provider does not answer, or in no form that can be used; later it may. */
export class ProviderUnreachable extends Error {}

/** The provider, or what came back from it, lets nobody in; trying again the same way leads to the same. */
export class SignInRefused extends Error {
  constructor(
    message: string,
    readonly code: 'ANSWER_NOT_OURS' | 'CODE_USED' | 'PROVIDER_REFUSED' | 'CLIENT_REFUSED',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What does not belong to what this browser began, by the library's codes. */
const NOT_OURS = [
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
];

/** What an error of the library means; one that nobody knows is likelier an outage than a refusal. */
export function providerError(error: unknown, host: string): ProviderUnreachable | SignInRefused {
  if (error instanceof oidc.AuthorizationResponseError) {
    return new SignInRefused(refusalOf(error.error, host), 'PROVIDER_REFUSED', { cause: error });
  }
  if (error instanceof oidc.ResponseBodyError && error.status < 500) {
    return error.error === 'invalid_grant'
      ? new SignInRefused(
          'This sign-in has been used already, or took too long. Sign in again.',
          'CODE_USED',
          { cause: error },
        )
      : new SignInRefused(
          `${host} does not take this installation for one of its own (${error.error}). Whoever runs Berth has to check BERTH_OIDC_CLIENT_ID, BERTH_OIDC_CLIENT_SECRET and the addresses that ${host} knows.`,
          'CLIENT_REFUSED',
          { cause: error },
        );
  }
  if (error instanceof oidc.ClientError && NOT_OURS.includes(String(error.code))) {
    return new SignInRefused(
      'What came back does not belong to the sign-in that this browser began. Sign in again, in one tab.',
      'ANSWER_NOT_OURS',
      { cause: error },
    );
  }
  return new ProviderUnreachable(`${host} cannot be reached now`, { cause: error });
}

function refusalOf(error: string, host: string): string {
  return error === 'access_denied'
    ? `${host} did not let you in, or you did not finish there. Sign in again, or ask whoever runs it.`
    : `${host} answered "${error.slice(0, 100)}". Sign in again; if it stays, tell whoever runs Berth.`;
}
