/**
 * Returns where the page was loaded from, with a slash at its end. A proxy may serve it below a path, so
 * the host is never just the page's origin.
 */
export const pageBase = ({ href }: Pick<Location, 'href'>): string => new URL('.', href).href;

/** Returns the address of a path of the host, such as `/api/v1/alerts`, below `base`. */
export const addressBelow = (base: string, path: string): string => new URL(`.${path}`, base).href;
