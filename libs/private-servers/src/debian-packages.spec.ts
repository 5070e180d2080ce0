import { describe, expect, it } from '@jest/globals';
import { packagesToUnpack } from './debian-packages.js';
import { movableErl, RABBITMQ } from './rabbitmq-software.js';

const DEPENDS = `rabbitmq-server
  Depends: adduser
 |Depends: erlang-base
  Depends: <erlang-base-hipe>
  Depends: erlang-ssl
  Depends: socat
  Depends: <python3:any>
    python3
erlang-base
  Depends: procps
  Depends: libc6
  Depends: libtinfo6
  Depends: zlib1g
erlang-ssl
  Depends: erlang-base
  Depends: erlang-crypto
erlang-crypto
  Depends: libssl3
adduser
  Depends: passwd
socat
  Depends: libwrap0
libtinfo6
  Depends: libc6
libssl3
libc6
zlib1g
libwrap0
passwd
procps
`;

describe('the packages of a private RabbitMQ', () => {
  it('are RabbitMQ, all of Erlang that it needs, and only the libraries that are lacking', () => {
    expect(packagesToUnpack(RABBITMQ, DEPENDS, new Set(['libc6', 'libssl3', 'zlib1g']))).toEqual([
      'erlang-base',
      'erlang-crypto',
      'erlang-ssl',
      'libtinfo6',
      'rabbitmq-server',
    ]);
  });

  it('are none where the sources do not offer it', () => {
    expect(packagesToUnpack(RABBITMQ, '', new Set())).toEqual([]);
  });
});

describe("Erlang's start script", () => {
  it('asks the environment for its place instead of knowing it', () => {
    const script =
      'if true\nthen\n    ROOTDIR=/usr/lib/erlang\nelse\n  ROOTDIR="/usr/lib/erlang"\nfi\nBINDIR="$ROOTDIR/bin"\n';

    expect(movableErl(script)).toBe(
      'if true\nthen\n    ROOTDIR="$BERTH_ERLANG_ROOT"\nelse\n  ROOTDIR="$BERTH_ERLANG_ROOT"\nfi\nBINDIR="$ROOTDIR/bin"\n',
    );
  });
});
