import { z } from 'zod';
import { text, time } from './fields.js';

/** One line that a person reads. */
const line = text(100)
  .min(1)
  .refine((given) => !/\p{Cc}/u.test(given), { error: 'must be one line' });

/** The words of RFC 8628; fields that it does not know are ignored, as OAuth asks for. */
export const BeginDeviceSignIn = z.object({
  /** What the program is, such as berth-cli. */
  client_id: line,
  /** What the person sees, and what the key will be called, such as "berth on my-laptop". */
  name: line.optional(),
});
export type BeginDeviceSignIn = z.infer<typeof BeginDeviceSignIn>;

export const DeviceSignIn = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  /** Seconds. */
  expires_in: z.int(),
  interval: z.int(),
});
export type DeviceSignIn = z.infer<typeof DeviceSignIn>;

export const PollDeviceSignIn = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
  device_code: text(200).min(1),
  client_id: line.optional(),
});
export type PollDeviceSignIn = z.infer<typeof PollDeviceSignIn>;

/** A user's key, for what sends it as a bearer token. */
export const DeviceToken = z.object({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.int(),
});
export type DeviceToken = z.infer<typeof DeviceToken>;

export const SetPassword = z.strictObject({
  password: z.string().min(1).max(400),
  /** The one that there is, where there is one. */
  current: z.string().max(400).optional(),
});
export type SetPassword = z.infer<typeof SetPassword>;

export const CreateSignInLink = z.strictObject({
  /** A person's address or id; without one, the link is for the first owner of an installation that has none. */
  member: text(300).min(1).optional(),
});
export type CreateSignInLink = z.infer<typeof CreateSignInLink>;

/** The one time that a link is shown. */
export const SignInLink = z.object({ url: z.string(), expiresAt: time });
export type SignInLink = z.infer<typeof SignInLink>;
