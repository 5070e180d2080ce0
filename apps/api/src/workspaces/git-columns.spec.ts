import { describe, expect, it } from '@jest/globals';
import { freshBox } from '../secrets/fresh-box.js';
import { gitColumns, gitJson } from './git-columns.js';
import { GIT_TOKEN_SEAL } from '../secrets/seals.js';

const URL = 'https://git.example/infra.git';

describe('a workspace’s git source', () => {
  const box = freshBox();
  const present = gitColumns({ url: URL, branch: 'main', path: 'a', token: 'secret' }, box);

  it('keeps its token sealed, and shows only that there is one', () => {
    expect(present.sealedGitToken?.includes('secret')).toBe(false);
    expect(box.open(GIT_TOKEN_SEAL, present.sealedGitToken!).toString()).toBe('secret');
    expect(gitJson(present)).toEqual({ url: URL, branch: 'main', path: 'a', hasToken: true });
  });

  it('is replaced as a whole', () => {
    expect(gitJson(gitColumns({ url: URL, token: null }, box, present))).toEqual({
      url: URL,
      branch: null,
      path: '',
      hasToken: false,
    });
    expect(gitJson(gitColumns(null, box, present))).toBeNull();
  });

  it.each<[boolean, string]>([
    [true, URL],
    [true, 'https://git.example:443/another.git'],
    [false, 'http://git.example/infra.git'],
    [false, 'https://git.example:8443/infra.git'],
    [false, 'https://elsewhere.example/infra.git'],
    [false, 'git@git.example:infra.git'],
  ])('keeps a token that is not given again: %s for %s', (keeps, url) => {
    expect(gitColumns({ url }, box, present).sealedGitToken !== null).toBe(keeps);
  });
});
