import { describe, expect, it } from '@jest/globals';
import { StreamCursors } from './stream-cursor.js';

const KEY = Buffer.alloc(32, 1);
const PLACE = { horizon: '123456789012', at: 1_790_000_000, positions: ['17', '4096e', ''] };

describe('the id of a stream’s event', () => {
  const cursor = new StreamCursors(KEY).for('organization', 'tasks,slots');
  const id = cursor.write(PLACE);

  it('is the place of the whole stream, at every process', () => {
    expect(id).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(new StreamCursors(KEY).for('organization', 'tasks,slots').read(id)).toEqual(PLACE);
  });

  it('is none of another organization, of other topics or of another installation', () => {
    const other = Buffer.alloc(32, 2);
    expect(new StreamCursors(KEY).for('another', 'tasks,slots').read(id)).toBeNull();
    expect(new StreamCursors(KEY).for('organization', 'tasks').read(id)).toBeNull();
    expect(new StreamCursors(other).for('organization', 'tasks,slots').read(id)).toBeNull();
  });

  it.each(['', '.', 'x', `${id}.x`, id.slice(1), id.slice(0, -1), `${id}x`, id.replace('.', '')])(
    'is not "%s"',
    (text) => {
      expect(cursor.read(text)).toBeNull();
    },
  );

  it('is short, however many topics there are', () => {
    const positions = Array.from({ length: 20 }, () => '9'.repeat(19));
    expect(cursor.write({ ...PLACE, positions }).length).toBeLessThan(700);
  });
});
