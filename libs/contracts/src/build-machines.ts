import { cutText } from '@berth/domain';
import { z } from 'zod';
import { time } from './fields.js';

/** What a machine that builds gives for its token. */
export const MachinePassword = z.object({ otp: z.string().trim().min(1, 'must not be empty') });
export type MachinePassword = z.infer<typeof MachinePassword>;

export const MachineToken = z.object({
  /** For the header X-VM-Token: opens this attempt of this build. */
  vm_token: z.string(),
  expires_at: time,
});
export type MachineToken = z.infer<typeof MachineToken>;

export const MachineReady = z.object({ success: z.literal(true), vm_ready_at: time });
export type MachineReady = z.infer<typeof MachineReady>;

export const MachineStatus = z.object({ vm_ready: z.boolean(), vm_ready_at: time.nullable() });
export type MachineStatus = z.infer<typeof MachineStatus>;

/** What the machine says of itself, of which the beginning is kept. */
export const MachineWord = z.object({
  status: z.unknown().transform((status) => cutText(status === undefined ? '' : wordOf(status), 1_000)),
  message: z
    .unknown()
    .optional()
    .transform((message) => (message === undefined ? '' : cutText(wordOf(message), 1_000))),
});
export type MachineWord = z.infer<typeof MachineWord>;

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The certs of a build as a machine installs them; all but the passwords in base64. */
export const SecureCerts = z.object({
  p12: z.string(),
  p12Password: z.string(),
  /** For the keychain that the machine makes: the one given at submission, or a new one each time. */
  keychainPassword: z.string(),
  provisioningProfiles: z.array(z.string()),
});
export type SecureCerts = z.infer<typeof SecureCerts>;
