import { describe, expect, it } from '@jest/globals';
import { readLockFile } from './lock-file.js';

describe('readLockFile', () => {
  it('finds every provider with its version and hashes', () => {
    const text = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "~> 5.0, 5.100.0"
  hashes = [
    "h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw=",
    "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
  ]
}

provider "registry.terraform.io/hashicorp/null" {
  version = "3.2.4"
}
`;

    expect(readLockFile(text)).toEqual([
      {
        address: 'registry.terraform.io/hashicorp/aws',
        version: '5.100.0',
        hashes: [
          'h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw=',
          'zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644',
        ],
      },
      { address: 'registry.terraform.io/hashicorp/null', version: '3.2.4', hashes: [] },
    ]);
  });

  it('takes "//" in a hash for a part of it, and comments for none', () => {
    const text = `
      provider "a/b/c" { // provider "x/y/z" { version = "0" }
        /* hashes = ["h1:old"] */ hashes = ["h1:ab//cd#e=" # the first
        , "h1:two"] version = "1.0.0"
      }`;

    expect(readLockFile(text)).toEqual([
      { address: 'a/b/c', version: '1.0.0', hashes: ['h1:ab//cd#e=', 'h1:two'] },
    ]);
  });

  it.each(['', 'provider', 'provider "a/b/c" {', 'provider "a/b/c" { version = }', '"', '<<<<<<< HEAD'])(
    'finds nothing in %j',
    (text) => {
      expect(readLockFile(text)).toEqual([]);
    },
  );
});
