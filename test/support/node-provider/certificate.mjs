import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1_000;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const TRUE = Buffer.from([0x01, 0x01, 0xff]);

const der = (tag, ...contents) => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
};
const sequence = (...contents) => der(SEQUENCE, ...contents);
const bitString = (bits, unused = 0) => der(BIT_STRING, Buffer.from([unused]), bits);

function lengthOf(length) {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}

function oid(dotted) {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) {
      groups.unshift(0x80 | (left & 0x7f));
    }
    return groups;
  });
  return der(OID, Buffer.from([first * 40 + second, ...bytes]));
}

/** A positive number of 16 bytes; the first must be neither negative nor an empty one. */
function serialNumber() {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  return der(INTEGER, bytes);
}

function nameOf(host) {
  return sequence(der(SET, sequence(oid('2.5.4.3'), der(UTF8_STRING, Buffer.from(host)))));
}

function time(date) {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

const critical = (id, value) => sequence(oid(id), TRUE, der(OCTET_STRING, value));
const extension = (id, value) => sequence(oid(id), der(OCTET_STRING, value));

function extensions(host) {
  const serverAndClient = sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'));
  const dnsName = 0x82;
  // digitalSignature, keyEncipherment, keyAgreement and keyCertSign: it is its own authority.
  const usage = bitString(Buffer.from([0b10101100]), 2);
  return sequence(
    critical('2.5.29.19', sequence(TRUE)),
    critical('2.5.29.15', usage),
    extension('2.5.29.37', serverAndClient),
    extension('2.5.29.17', sequence(der(dnsName, Buffer.from(host)))),
  );
}

/** A certificate that signs itself, in DER, with its key. */
export function certificateFor(host) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
  const version3 = der(0xa0, der(INTEGER, Buffer.from([2])));
  const name = nameOf(host);
  const toBeSigned = sequence(
    version3,
    serialNumber(),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(Date.now() - DAY_MS)), time(new Date(Date.now() + 30 * DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions(host)),
  );
  const certificate = sequence(
    toBeSigned,
    ecdsaWithSha256,
    bitString(sign('sha256', toBeSigned, privateKey)),
  );
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), certificate };
}
