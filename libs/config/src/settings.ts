import { z } from 'zod';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** A secret of at least 32 characters. */
export function secret(purpose: string) {
  const error = `must be set and at least 32 characters (${purpose})`;
  return z.string({ error }).min(32, { error });
}

/** A URL with one of the protocols. */
export function url(protocols: readonly string[], example: string) {
  const error = `must be set to a URL such as ${example}`;
  return z
    .string({ error })
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { error });
}

/** The address of a page, with a placeholder in it. */
export function urlTemplate(placeholder: string, example: string) {
  const error = `must be an http or https URL with ${placeholder} in it, such as ${example}`;
  return z
    .string({ error })
    .refine((value) => value.includes(placeholder) && isPage(value.replaceAll(placeholder, 'x')), { error });
}

function isPage(value: string): boolean {
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
}

/** Separated by commas. */
export function names() {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    );
}

const Address = z.union([
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
  // With a letter, or a mistyped address would be somebody's name.
  z.hostname().regex(/[a-z]/i),
]);

/** Addresses, ranges and names of hosts, separated by commas. */
export function addresses() {
  return names().refine(
    (entries) => entries.every((entry) => Address.safeParse(entry).success),
    'must hold addresses, ranges such as 10.0.0.0/8, or names of hosts, separated by commas',
  );
}

/** A whole number in a range. */
export function integer(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

/** `true` or `false`. */
export function flag() {
  return z
    .enum(['true', 'false'], { error: 'must be "true" or "false"' })
    .transform((value) => value === 'true');
}

/** Exactly 32 bytes in base64. */
export function key32(purpose: string) {
  const error = `must be set to 32 random bytes in base64, as "openssl rand -base64 32" gives them (${purpose})`;
  return z.string({ error }).refine((value) => Buffer.from(value, 'base64').length === 32, { error });
}

export const databaseSettings = {
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/berth'),
};

export const brokerSettings = {
  AMQP_URL: url(['amqp:', 'amqps:'], 'amqp://user:password@host:5672'),
};

/** Every service answers /healthz, /readyz and /metrics here. */
export const httpSettings = {
  BERTH_HTTP_HOST: z.string().default('127.0.0.1'),
  BERTH_HTTP_PORT: integer(0, 65_535).default(8080),
  BERTH_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
};
