import { describe, expect, it } from '@jest/globals';
import { amqpAddress, postgresAddress } from './server-address.js';

describe('the address of a given server', () => {
  it('is read from DATABASE_URL with its defaults', () => {
    expect(postgresAddress('postgres://me:secret@db.example/berth')).toEqual({
      address: { host: 'db.example', port: 5432 },
      user: 'me',
      database: 'berth',
    });
  });

  it('may be a Unix socket or IPv6', () => {
    expect(postgresAddress('postgresql:///berth?host=/run/postgresql').address.socketPath).toBe(
      '/run/postgresql/.s.PGSQL.5432',
    );
    expect(postgresAddress('postgresql://me@[::1]:5433/berth').address).toEqual({ host: '::1', port: 5433 });
  });

  it('is read from AMQP_URL, with TLS where it says so', () => {
    expect(amqpAddress('amqp://u:p@mq:5673/vhost')).toEqual({ host: 'mq', port: 5673, tls: false });
    expect(amqpAddress('amqps://mq')).toEqual({ host: 'mq', port: 5671, tls: true });
  });

  it('is refused in words that name the variable and not the password', () => {
    expect(() => postgresAddress('mysql://u:hunter2@h/d')).toThrow(/^DATABASE_URL must be .* postgres:\/\//);
    expect(() => postgresAddress('mysql://u:hunter2@h/d')).not.toThrow(/hunter2/);
    expect(() => amqpAddress('u:hunter2@h')).toThrow(/^AMQP_URL must be .* amqp:\/\//);
  });
});
