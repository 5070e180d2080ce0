import { describe, expect, it } from '@jest/globals';
import { InOrder } from './in-order.js';

describe('work in order', () => {
  it('runs one after the other for one key, while another key goes on', async () => {
    const order = new InOrder();
    const done: string[] = [];
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = order.run('a', async () => {
      await held;
      done.push('a1');
    });
    const second = order.run('a', async () => {
      done.push('a2');
    });
    await order.run('b', async () => {
      done.push('b1');
    });
    letGo();
    await Promise.all([first, second]);
    expect(done).toEqual(['b1', 'a1', 'a2']);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const order = new InOrder();
    const failing = order.run('a', async () => Promise.reject(new Error('first')));
    const next = order.run('a', async () => 'second');
    await expect(failing).rejects.toThrow('first');
    expect(await next).toBe('second');
  });
});
