import { z } from 'zod';

/** Discovery of the issuer of runs' identity tokens (OpenID Connect Discovery 1.0). */
export const OpenIdConfiguration = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  response_types_supported: z.array(z.string()),
  subject_types_supported: z.array(z.string()),
  id_token_signing_alg_values_supported: z.array(z.string()),
  scopes_supported: z.array(z.string()),
  claims_supported: z.array(z.string()),
});
export type OpenIdConfiguration = z.infer<typeof OpenIdConfiguration>;

/** RFC 7517: RSA keys, their public part. */
export const JsonWebKeySet = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('RSA'),
      kid: z.string(),
      alg: z.string(),
      use: z.literal('sig'),
      n: z.string(),
      e: z.string(),
    }),
  ),
});
export type JsonWebKeySet = z.infer<typeof JsonWebKeySet>;
