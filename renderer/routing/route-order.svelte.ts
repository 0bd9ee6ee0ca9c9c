import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import type { ShownRoute } from '../../main/contract/route.ts';
import type { Services } from '../app/services.ts';
import { actionId } from '../collection/row-actions.ts';
import { text } from '../messages/text.svelte.ts';

const UNDO_MS = 10_000;
/** Nearer to the edge of the window, a drag scrolls. */
const EDGE_PX = 56;
const SCROLL_PX = 12;

/** A route that is dragged, and the place that it would take, both from 0. */
interface Drag {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Moves of one route that are undone together. */
interface Series {
  readonly routeId: string;
  readonly before: readonly string[];
  readonly noticeId: number;
}

/** The attribute of a handle that names its route. */
const ROUTE = 'data-route';

/** Returns the id of the route whose row holds an element; null outside of rows. */
export const routeAround = (element: Element | null): string | null =>
  element?.closest('li')?.querySelector(`[${ROUTE}]`)?.getAttribute(ROUTE) ?? null;

/** Changes the order of routes by buttons, keys and drag. Each move is announced and can be undone. */
export class RouteOrder {
  readonly #services: Pick<Services, 'client' | 'clock' | 'notices' | 'routes'>;
  #drag = $state.raw<Drag | null>(null);
  #isBusy = false;
  #series: Series | null = null;

  constructor(services: Pick<Services, 'client' | 'clock' | 'notices' | 'routes'>) {
    this.#services = services;
  }

  isDragged(id: string): boolean {
    return this.#drag?.id === id;
  }

  /** Returns the edge of a row at which the dragged route would be dropped; null for none. */
  dropEdge(index: number): 'above' | 'below' | null {
    const drag = this.#drag;
    if (drag?.to !== index || drag.to === drag.from) return null;
    return drag.to < drag.from ? 'above' : 'below';
  }

  /** Moves a route to a place, from 0; one outside the list is the nearest end. Focuses the first usable of `focus`. */
  async move(route: ShownRoute, to: number, focus: readonly string[] = []): Promise<void> {
    const ids = this.#ids;
    const from = ids.indexOf(route.id);
    const target = Math.min(Math.max(to, 0), ids.length - 1);
    if (this.#isBusy || from < 0 || target === from) return;
    if (!(await this.#send(ids.toSpliced(from, 1).toSpliced(target, 0, route.id), route.name)))
      return;
    this.#announce(route, ids, target);
    await tick();
    const buttons = focus.map((key) => document.getElementById(actionId(key, route.id)));
    buttons.find((button) => button instanceof HTMLButtonElement && !button.disabled)?.focus();
  }

  /** Moves a route as a key says. Returns true if it was one. */
  press(event: KeyboardEvent, route: ShownRoute, focus: readonly string[]): boolean {
    const at = this.#ids.indexOf(route.id);
    const places: Record<string, number> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: this.#ids.length - 1,
    };
    const to = places[event.key];
    if (to === undefined) return false;
    event.preventDefault();
    void this.move(route, to, focus);
    return true;
  }

  /** Makes a handle of a button: its row is dragged with the pointer. Escape ends it without a move. */
  handle(route: () => ShownRoute): Attachment<HTMLButtonElement> {
    return (button) => {
      button.setAttribute(ROUTE, route().id);
      let end = (): void => undefined;
      const began = (event: PointerEvent): void => {
        if (event.button !== 0) return;
        end = this.#follow(button, event, route());
      };
      button.addEventListener('pointerdown', began);
      return () => {
        end();
        button.removeEventListener('pointerdown', began);
      };
    };
  }

  get #ids(): string[] {
    return (this.#services.routes.items ?? []).map(({ id }) => id);
  }

  #follow(button: HTMLButtonElement, { pointerId, clientY }: PointerEvent, route: ShownRoute) {
    const { signal, abort } = abortable();
    const from = this.#ids.indexOf(route.id);
    let y = clientY;
    let frame = 0;
    const end = (): void => {
      abort();
      cancelAnimationFrame(frame);
      this.#drag = null;
    };
    const place = (): void => {
      this.#drag = { id: route.id, from, to: this.#placeAt(button, y, from) };
    };
    const scroll = (): void => {
      const step = y < EDGE_PX ? -SCROLL_PX : y > window.innerHeight - EDGE_PX ? SCROLL_PX : 0;
      if (step !== 0) {
        window.scrollBy(0, step);
        place();
      }
      frame = requestAnimationFrame(scroll);
    };
    const moved = (event: PointerEvent): void => {
      y = event.clientY;
      place();
    };
    const dropped = (): void => {
      const to = this.#drag?.to ?? from;
      end();
      void this.move(route, to, ['route-handle']);
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      end();
    };
    button.setPointerCapture(pointerId);
    button.addEventListener('pointermove', moved, { signal });
    button.addEventListener('pointerup', dropped, { signal });
    button.addEventListener('pointercancel', end, { signal });
    window.addEventListener('keydown', pressed, { signal, capture: true });
    frame = requestAnimationFrame(scroll);
    return end;
  }

  /** Returns the place that a route has if it is dropped at this height: before the first row whose middle is below. */
  #placeAt(button: HTMLElement, y: number, from: number): number {
    const ids = this.#ids;
    const rows = [...(button.closest('ol')?.querySelectorAll(`[${ROUTE}]`) ?? [])];
    const below = rows.find((handle) => {
      const box = handle.closest('li')?.getBoundingClientRect();
      return box !== undefined && y < box.top + box.height / 2;
    });
    const last = ids.indexOf(rows.at(-1)?.getAttribute(ROUTE) ?? '') + 1;
    const before = below ? ids.indexOf(below.getAttribute(ROUTE) ?? '') : last;
    return before > from ? before - 1 : before;
  }

  async #send(ids: readonly string[], title: string): Promise<boolean> {
    const { client, notices, routes } = this.#services;
    this.#isBusy = true;
    const answer = await client.call('routes.order', { ids: [...ids] });
    this.#isBusy = false;
    if (answer.ok) routes.set(answer.value.items);
    else notices.problem(title, answer.error);
    return answer.ok;
  }

  /** Says where a route went. Moves of one route that follow each other are undone as one. */
  #announce({ id, name }: ShownRoute, ids: readonly string[], to: number): void {
    const { clock, notices } = this.#services;
    const last = this.#series;
    const goesOn = last?.routeId === id && notices.items.some((it) => it.id === last.noticeId);
    const before = goesOn ? last.before : ids;
    if (goesOn) notices.dismiss(last.noticeId);
    const words = text('routing.moved', { name, place: to + 1, count: ids.length });
    const noticeId = notices.done(words, {
      until: clock.now() + UNDO_MS,
      run: () => this.#send(before, name),
    });
    this.#series = { routeId: id, before, noticeId };
  }
}

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
