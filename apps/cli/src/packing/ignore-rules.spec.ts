import { describe, expect, it } from '@jest/globals';
import { IgnoreRules } from './ignore-rules.js';

function excluded(rules: string, paths: readonly string[]): string[] {
  const read = IgnoreRules.of(rules);
  return paths.filter((path) => read.judge(path).excluded);
}

describe('the rules of a .terraformignore', () => {
  it('leave out .git and .terraform without its modules where there is no file', () => {
    const paths = [
      '.git/HEAD',
      'sub/.git/HEAD',
      '.gitignore',
      '.terraform/providers/x',
      '.terraform/modules/modules.json',
      'sub/.terraform/modules/m/main.tf',
      '.terraform.lock.hcl',
      'terraform.tfstate',
    ];
    expect(excluded('', paths)).toEqual(['.git/HEAD', 'sub/.git/HEAD', '.terraform/providers/x']);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['*.tfvars', ['a.tfvars', 'sub/b.tfvars'], ['a.tfvars.json', 'tfvars']],
    ['/root.txt', ['root.txt'], ['sub/root.txt', 'root.txts']],
    [
      'node_modules/',
      ['node_modules/x', 'a/node_modules/b/c', 'node_modules/'],
      ['node_modules', 'my_node_modules/x'],
    ],
    ['node_modules', ['node_modules', 'a/node_modules'], ['node_modules/x']],
    ['logs/**', ['logs/a', 'logs/a/b', 'x/logs/a'], ['logs']],
    ['a/**/z.txt', ['a/z.txt', 'a/b/z.txt', 'a/b/c/z.txt'], ['a/bz.txt']],
    ['file?.tf', ['file1.tf', 'sub/fileä.tf'], ['file.tf', 'file12.tf', 'file/.tf']],
    ['**', ['anything', 'at/all'], []],
    ['something-[a-z].txt', ['something-a.txt'], ['something-1.txt']],
    ['a.b', ['a.b'], ['axb']],
    ['cost$', ['cost$'], ['cost']],
    ['\\*.md', ['*.md'], ['a.md']],
    ['with space.txt', ['with space.txt'], ['with']],
    ['   trimmed.txt\r', ['trimmed.txt'], []],
    ['# no rule\n\n \n!\n', [], ['# no rule', 'anything']],
  ])('%j excludes just what it means', (rules, those, others) => {
    expect(excluded(rules, [...those, ...others])).toEqual(those);
  });

  it('are read in their order: the last one that matches decides', () => {
    const rules = '*.tfvars\nnode_modules/\n!keep.tfvars\n!/node_modules/kept/\n';
    const paths = [
      'a.tfvars',
      'keep.tfvars',
      'node_modules/x',
      'node_modules/kept/x',
      'a/node_modules/kept/x',
    ];
    expect(excluded(rules, paths)).toEqual(['a.tfvars', 'node_modules/x', 'a/node_modules/kept/x']);
    expect(excluded(`${rules}*\n`, paths)).toEqual(
      paths
        .filter((path) => !path.includes('/'))
        .concat(['node_modules/x', 'node_modules/kept/x', 'a/node_modules/kept/x']),
    );
  });

  it('may take back what holds without them', () => {
    expect(excluded('!.terraform/', ['.terraform/providers/x'])).toEqual([]);
  });

  it('say of a folder whether anything below it can come back', () => {
    const rules = IgnoreRules.of('cache/\n!cache/kept/\nlogs/\n');
    expect(rules.judge('logs/')).toEqual({ excluded: true, final: true });
    expect(rules.judge('cache/')).toEqual({ excluded: true, final: false });
    expect(rules.judge('cache/kept/')).toEqual({ excluded: false, final: false });
  });

  it('name the lines that are no pattern, which exclude nothing', () => {
    const rules = IgnoreRules.of('[\n*.log\n(\n');
    expect(rules.invalid).toEqual(['[', '(']);
    expect(rules.judge('a.log').excluded).toBe(true);
    expect(rules.judge('[').excluded).toBe(false);
  });
});
