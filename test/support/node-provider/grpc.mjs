import { createSecureServer } from 'node:http2';

const UNKNOWN = '2';
const UNIMPLEMENTED = '12';
const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers gRPC on a port of its own, to nobody but the client of that certificate. Gives the port. */
export async function serve({ key, certificate, clientCertificate, calls, arrived }) {
  const server = createSecureServer({
    key,
    cert: pem(certificate),
    ca: clientCertificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('stream', (stream, headers) => {
    // Who hangs up in the middle of a call has no use for an answer.
    stream.on('error', () => undefined);
    const path = headers[':path'];
    if (path in calls) {
      arrived(path);
      void answer(stream, calls[path]);
    } else {
      refuse(stream, UNIMPLEMENTED, 'not implemented');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function answer(stream, call) {
  try {
    const response = await call(await requestOf(stream), stream);
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(response));
  } catch (error) {
    refuse(stream, UNKNOWN, String(error));
  }
}

function refuse(stream, status, message) {
  if (!stream.closed) {
    const trailers = { 'grpc-status': status, 'grpc-message': encodeURIComponent(message) };
    stream.respond({ ...HEADERS, ...trailers }, { endStream: true });
  }
}

/** One message, after a byte that says it is not compressed and four of its length. */
async function requestOf(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).subarray(5);
}

function framed(message) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function pem(certificate) {
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
}
