import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { keepFocus } from '../../../renderer/ui/kept-focus.ts';
import { settled } from '../support/settled.ts';

const PAGE = `
  <main><h1 tabindex="-1">View</h1><button id="row">Requeue</button></main>
  <aside><h2 tabindex="-1">Pane</h2><button id="read">Mark as read</button></aside>
  <div id="notice"><button id="undo">Undo</button></div>`;

const at = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`There is no ${id}.`);
  return element;
};
const focused = (): string => document.activeElement?.textContent ?? '';

beforeEach(() => {
  document.body.innerHTML = PAGE;
  onTestFinished(keepFocus(document));
});

// What becomes of a control that is disabled for a while, only a real browser shows: test/e2e/keyboard.spec.ts.
describe('keepFocus', () => {
  it.each([
    ['row', 'View'],
    ['read', 'Pane'],
    ['undo', 'View'],
  ])('goes from %s, which leaves the page, to the heading %s', async (id, heading) => {
    at(id).focus();
    at(id).remove();
    await settled();
    expect(focused()).toBe(heading);
  });

  it('goes to the heading of the view when the pane leaves as well', async () => {
    at('read').focus();
    document.querySelector('aside')?.remove();
    await settled();
    expect(focused()).toBe('View');
  });

  it('leaves the focus where it is when something else leaves the page', async () => {
    at('row').focus();
    at('notice').remove();
    await settled();
    expect(focused()).toBe('Requeue');
  });

  it('comes back to what has only moved', async () => {
    at('row').focus();
    document.querySelector('aside')?.append(at('row'));
    await settled();
    expect(focused()).toBe('Requeue');
  });

  it('stays away when somebody has gone away by a click', async () => {
    at('row').focus();
    at('row').blur();
    document.body.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true }));
    at('notice').remove();
    await settled();
    expect(document.activeElement).toBe(document.body);
  });

  it('gives no focus to a page in which nothing had it', async () => {
    at('notice').remove();
    await settled();
    expect(document.activeElement).toBe(document.body);
  });
});
