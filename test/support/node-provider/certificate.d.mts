/** A certificate that signs itself, in DER, with its key. */
export function certificateFor(host: string): { readonly key: string; readonly certificate: Buffer };
