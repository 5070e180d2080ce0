export default async function tearDown() {
  await globalThis.berthTestServers?.stop();
}
