// A terraform provider in plain Node, for tests: go-plugin's handshake, then tfplugin5 over gRPC.
import { appendFileSync, existsSync } from 'node:fs';
import { certificateFor } from './certificate.mjs';
import { serve } from './grpc.mjs';
import { calls } from './provider.mjs';

/** How it misbehaves: `exit` at its start, `exit-later` at each but the first, `garbage`, `crash` at the first call. */
const start = process.env.FAKE_PROVIDER_START;
/** A file that gets a line for each call as it arrives: a fact to wait for. */
const callsFile = process.env.FAKE_PROVIDER_CALLS;

if (start === 'exit' || (start === 'exit-later' && existsSync(callsFile))) {
  process.exit(1);
}
if (start === 'garbage') {
  process.stdout.write('there is no provider here\n');
  process.exit(0);
}
// As go-plugin: an interrupt is terraform's, which asks its providers to stop.
process.on('SIGINT', () => undefined);

function arrived(call) {
  if (callsFile !== undefined) {
    appendFileSync(callsFile, `${call}\n`);
  }
  if (start === 'crash') {
    process.kill(process.pid, 'SIGKILL');
  }
}

const { key, certificate } = certificateFor('localhost');
const clientCertificate = process.env.PLUGIN_CLIENT_CERT;
const port = await serve({ key, certificate, clientCertificate, calls, arrived });
const der = certificate.toString('base64').replace(/=+$/, '');
process.stdout.write(`1|5|tcp|127.0.0.1:${port}|grpc|${der}\n`);
