import { isIP } from 'node:net';
import { z } from 'zod';

/** The setting that says whose X-Forwarded-For counts: what express takes for "trust proxy". */
export function proxies() {
  const isOne = (one: string): boolean => {
    const [address = '', bits, ...more] = one.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const named = ['loopback', 'linklocal', 'uniquelocal'].includes(one);
    return (
      named ||
      (version > 0 &&
        more.length === 0 &&
        (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most)))
    );
  };
  return z.string().refine((given) => given.split(',').every((one) => isOne(one.trim())), {
    error:
      'must hold addresses or ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas',
  });
}
