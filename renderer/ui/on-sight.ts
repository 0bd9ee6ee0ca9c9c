import type { Attachment } from 'svelte/attachments';

/** Rows are asked for before their place comes into sight, at this distance. */
const AHEAD = '1200px';

/** Calls `act` when the element comes near to what is in sight, and once for each other value of `again`. */
export const onSight =
  (again: () => unknown, act: () => void): Attachment<HTMLElement> =>
  (element) => {
    again();
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) act();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
