import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentUsers, BrokerManagement, BrokerManagementError } from '@berth/messaging';
import { connect } from 'amqplib';
import { testBroker, type TestBroker } from '../support/servers.js';

describe('the broker’s user of an agent’s session', () => {
  let broker: TestBroker;
  let users: AgentUsers;

  beforeAll(async () => {
    broker = await testBroker();
    const vhost = decodeURIComponent(new URL(broker.url).pathname.slice(1));
    users = new AgentUsers(new BrokerManagement(broker.managementUrl, vhost));
  });
  afterAll(async () => {
    await broker.drop();
  });

  function as({ username, password }: { username: string; password: string }): string {
    const url = new URL(broker.agentUrl);
    [url.username, url.password] = [encodeURIComponent(username), encodeURIComponent(password)];
    return url.href;
  }

  it('is let in until it is removed, which ends its connections', async () => {
    const login = await users.make('agent-1', randomUUID());
    expect(await users.all()).toContain(login.username);
    const connection = await connect(as(login));
    connection.on('error', () => undefined);
    const ended = new Promise((resolve) => connection.once('close', resolve));
    await users.remove(login.username);
    await ended;
    await expect(connect(as(login))).rejects.toThrow('403');
    expect(await users.all()).not.toContain(login.username);
  });

  it('reads no queue whose name its agent’s is a pattern of', async () => {
    const login = await users.make('a.3', randomUUID());
    const owner = await connect(broker.url);
    await (await owner.createChannel()).assertQueue('berth.agent.ax3');
    const connection = await connect(as(login));
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await expect(channel.consume('berth.agent.ax3', () => undefined)).rejects.toThrow('ACCESS_REFUSED');
    await connection.close();
    await owner.close();
  });

  it('is not one of another virtual host, whose Berth looks after its own', async () => {
    const other = await testBroker();
    const vhost = decodeURIComponent(new URL(other.url).pathname.slice(1));
    const others = new AgentUsers(new BrokerManagement(other.managementUrl, vhost));
    const login = await others.make('agent-1', randomUUID());
    expect(await users.all()).not.toContain(login.username);
    expect(await others.all()).toEqual([login.username]);
    await other.drop();
  });

  it('cannot be made by who is no administrator, or where nobody answers: for now', async () => {
    const { username, password } = new URL(broker.serviceUrl);
    const plain = new URL(broker.managementUrl);
    [plain.username, plain.password] = [username, password];
    const refused = new AgentUsers(new BrokerManagement(plain.href, '/'));
    await expect(refused.make('agent-1', randomUUID())).rejects.toThrow(BrokerManagementError);
    const nobody = new AgentUsers(new BrokerManagement('http://admin:hunter2@127.0.0.1:1', '/'));
    await expect(nobody.make('agent-1', randomUUID())).rejects.toMatchObject({ failureClass: 'transient' });
    await expect(nobody.make('agent-1', randomUUID())).rejects.not.toThrow('hunter2');
  });
});
