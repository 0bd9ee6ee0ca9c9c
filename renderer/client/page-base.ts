/**
 * Returns where the page was loaded from, with a slash at its end. A proxy may serve it below a path, so
 * the host is never just the page's origin.
 */
export const pageBase = ({ href }: Pick<Location, 'href'>): string => new URL('.', href).href;
