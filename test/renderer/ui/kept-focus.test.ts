import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { keepFocus } from '../../../renderer/ui/kept-focus.ts';
import { ManualClock } from '../support/manual-clock.ts';
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
let clock: ManualClock;
/** Lets the page be watched, and those speak first who know a better place for the focus. */
const watched = async (): Promise<void> => {
  await settled();
  clock.advance(0);
};
const focused = (): string => document.activeElement?.textContent ?? '';

beforeEach(() => {
  document.body.innerHTML = PAGE;
  clock = new ManualClock();
  onTestFinished(keepFocus(document, clock));
});

// Only a real browser shows the fate of a control that is disabled for a while: test/e2e/keyboard.spec.ts.
describe('keepFocus', () => {
  it.each([
    ['row', 'View'],
    ['read', 'Pane'],
    ['undo', 'View'],
  ])('goes from %s, which leaves the page, to the heading %s', async (id, heading) => {
    at(id).focus();
    at(id).remove();
    await watched();
    expect(focused()).toBe(heading);
  });

  it('goes to the heading of the view when the pane leaves as well', async () => {
    at('read').focus();
    document.querySelector('aside')?.remove();
    await watched();
    expect(focused()).toBe('View');
  });

  it('leaves it to whoever knows a better place', async () => {
    at('row').focus();
    at('row').remove();
    await settled();
    at('undo').focus();
    clock.advance(0);
    expect(focused()).toBe('Undo');
  });

  it('leaves the focus where it is when something else leaves the page', async () => {
    at('row').focus();
    at('notice').remove();
    await watched();
    expect(focused()).toBe('Requeue');
  });

  it('comes back to what has only moved', async () => {
    at('row').focus();
    document.querySelector('aside')?.append(at('row'));
    await watched();
    expect(focused()).toBe('Requeue');
  });

  it.each([
    ['a click', new MouseEvent('pointerdown', { bubbles: true })],
    [
      'Tab, to what is around the page',
      new KeyboardEvent('keydown', { key: 'Tab', bubbles: true }),
    ],
  ])('stays away when somebody has gone away by %s', async (_how, event) => {
    at('row').focus();
    document.body.dispatchEvent(event);
    at('row').blur();
    at('notice').remove();
    await watched();
    expect(document.activeElement).toBe(document.body);
  });

  it('gives no focus to a page in which nothing had it', async () => {
    at('notice').remove();
    await watched();
    expect(document.activeElement).toBe(document.body);
  });
});
