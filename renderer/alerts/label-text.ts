const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Digests and the keys of machines. */
const LONG_HEX = /^[0-9a-f]{24,}$/i;

/** Returns true for a value that only machines read, such as a UUID. */
export const isOpaque = (value: string): boolean => UUID.test(value) || LONG_HEX.test(value);
