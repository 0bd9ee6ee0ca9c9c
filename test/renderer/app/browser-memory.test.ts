import { describe, expect, it } from 'vitest';
import { BrowserMemory } from '../../../renderer/app/browser-memory.ts';

describe('BrowserMemory', () => {
  it('remembers and forgets', () => {
    const memory = new BrowserMemory(() => localStorage);
    memory.set('colour', 'blue');
    expect(memory.get('colour')).toBe('blue');
    memory.set('colour', null);
    expect(memory.get('colour')).toBeNull();
  });

  it('remembers nothing in a browser that refuses', () => {
    const memory = new BrowserMemory(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    memory.set('colour', 'blue');
    expect(memory.get('colour')).toBeNull();
  });
});
