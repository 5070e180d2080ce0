import { describe, expect, it } from '@jest/globals';
import { GitSourceRequest, tokenOrigin } from './git-source.js';

function faultsOf(source: object): string[] {
  const result = GitSourceRequest.safeParse({ url: 'https://git.example/team/infra.git', ...source });
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the url of a git source', () => {
  it.each([
    'https://git.example/team/infra.git',
    'http://127.0.0.1:3000/infra',
    'HTTPS://git.example/infra',
    'ssh://git@git.example:2222/team/infra.git',
    'ssh://git.example/infra.git',
    'git@git.example:team/infra.git',
    'git@git.example:/srv/infra.git',
  ])('may be %s', (url) => {
    expect(faultsOf({ url })).toEqual([]);
  });

  it.each([
    '',
    'infra',
    '/srv/infra.git',
    './infra',
    'file:///srv/infra.git',
    'git://git.example/infra.git',
    'ext::sh -c touch% /tmp/x',
    'ftp://git.example/infra.git',
    '--upload-pack=touch /tmp/x',
    '-u',
    'ssh://-oProxyCommand=touch/infra.git',
    'ssh://-oProxyCommand=x@git.example/infra.git',
    '-oProxyCommand=x@git.example:infra.git',
    'git@-oProxyCommand=x:infra.git',
    'git@git.example:-infra.git',
    'https://',
    'https://git.example/in fra.git',
    'https://git.example/infra\n.git',
    'https:\\\\git.example\\infra.git',
  ])('may not be %j', (url) => {
    expect(faultsOf({ url })).toEqual([expect.stringMatching(/^url: /)]);
  });

  it.each([
    'https://user:secret@git.example/infra.git',
    'https://secret@git.example/infra.git',
    'https://:secret@git.example/infra.git',
    'ssh://git:secret@git.example/infra.git',
  ])('holds no credentials, and the fault does not repeat them: %s', (url) => {
    expect(faultsOf({ url })).toEqual(['url: must not hold credentials: give them as "token"']);
  });

  it('has no query, where credentials could hide', () => {
    expect(faultsOf({ url: 'https://git.example/infra.git?token=x' })).toEqual([
      'url: must not have a "?" or "#"',
    ]);
  });
});

describe('the branch of a git source', () => {
  it.each(['main', 'release/1.4', 'feature/ä', 'a@b', '@a', 'v1.0', 'a-b', null])('may be %j', (branch) => {
    expect(faultsOf({ branch })).toEqual([]);
  });

  it.each([
    ['', '-b', '--upload-pack=x', '@', 'HEAD', 'a..b', 'a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b'],
    ['/a', 'a/', 'a//b', '.a', 'a/.b', 'a.lock', 'a.lock/b', 'a.', 'a@{1}', 'a\tb', 'a\0b', 'a\x7fb'],
  ])('may not be one of %j…', (...branches) => {
    expect(branches.filter((branch) => faultsOf({ branch }).length === 0)).toEqual([]);
  });
});

describe('the path of a git source', () => {
  it.each(['', 'modules/network', './modules', 'a..b', '-a'])('may be %j', (path) => {
    expect(faultsOf({ path })).toEqual([]);
  });

  it.each(['/etc', '..', '../x', 'a/../../x', '.git', 'a/.git/hooks', 'a\0b'])('may not be %j', (path) => {
    expect(faultsOf({ path })).toHaveLength(1);
  });
});

describe('the token of a git source', () => {
  it.each(['ghp_abc', 'user:secret', null])('may be %j', (token) => {
    expect(faultsOf({ token })).toEqual([]);
  });

  it.each(['', 'a b', 'a\nb', 'ä'])('may not be %j', (token) => {
    expect(faultsOf({ token })).toHaveLength(1);
  });

  it('is for http only, since ssh has keys', () => {
    expect(faultsOf({ url: 'git@git.example:infra.git', token: 'x' })).toEqual([
      'token: is for http and https only: with ssh, the keys of the agents count',
    ]);
  });

  it('is for one scheme, host and port', () => {
    expect(tokenOrigin('https://git.example/a.git')).toBe(tokenOrigin('HTTPS://GIT.example:443/b.git'));
    expect(tokenOrigin('https://git.example/a')).not.toBe(tokenOrigin('http://git.example/a'));
    expect(tokenOrigin('https://git.example/a')).not.toBe(tokenOrigin('https://git.example:8443/a'));
    expect(tokenOrigin('git@git.example:a')).toBeNull();
  });
});
