/** A lease that is not renewed for this long ends. */
export const LEASE_MS = 10_000;

/** A core that says nothing for this long is gone. */
export const CORE_MS = 15_000;

/** Servers that have lost their leader elect another one within about seven seconds. */
export const APPEND_MS = 8_500;
