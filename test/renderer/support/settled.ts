/** Lets answers that are already given arrive: promise callbacks run before the next macrotask. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
