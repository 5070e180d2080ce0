import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { stateFacts, withoutByteOrderMark } from './state-facts.js';

const first = '{"version":4,"serial":1,"lineage":"","outputs":null,"resources":null}';

describe('what a file says of the state that it may be', () => {
  it('is nothing against the state of a first apply, which has no lineage yet', () => {
    expect(stateFacts(Buffer.from(first))).toMatchObject({
      fault: null,
      serial: 1n,
      lineage: null,
      oddities: [],
    });
  });

  it.each([
    ['null', 0],
    ['7', 1],
    ['["a"]', 1],
  ])('is no lineage where that is %s', (lineage, oddities) => {
    const facts = stateFacts(Buffer.from(first.replace('"lineage":""', `"lineage":${lineage}`)));
    expect([facts.lineage, facts.fault, facts.oddities.length]).toEqual([null, null, oddities]);
  });

  it.each<[string, Buffer | string, string]>([
    ['nothing', '', 'empty'],
    ['the beginning of a state', '{"version":4,"serial":', 'not JSON'],
    ['an array', '[]', 'no object'],
    ['a number', '7', 'no object'],
    ['null', 'null', 'no object'],
    ['another format', '{"version":3,"serial":1,"lineage":"x","modules":[]}', 'version: must be 4'],
    ['no format', '{"serial":7}', 'version: must be 4'],
    ['a compressed state', gzipSync(first), 'gzip'],
    ['resources of another kind', '{"version":4,"resources":{}}', 'resources'],
  ])('is a fault where it is %s', (_, content, fault) => {
    expect(stateFacts(Buffer.from(content)).fault).toContain(fault);
  });

  it('says nothing of what is in it, which may be a secret', () => {
    const { fault } = stateFacts(Buffer.from('{"version":4,"outputs":{"key":hunter2}}'));
    expect(fault).not.toContain('hunter2');
  });

  it('is the same without the mark of Windows’ editors', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(first)]);
    expect(stateFacts(marked).fault).toContain('not JSON');
    expect(withoutByteOrderMark(marked).toString()).toBe(first);
  });
});
