/** Names that the language itself asks for: promise resolution, and what prints values in a failed test. */
const ASKED_BY_THE_LANGUAGE = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'nodeType',
  '$$typeof',
]);

/** The members that were asked for and that the stand-in does not have, in order. */
export const missing: string[] = [];

/**
 * An object that throws on whatever it does not have, in place of the `undefined` that would let a test
 * pass over something that only the real Electron does.
 */
export function strict<T extends object>(name: string, target: T): T {
  const check = (key: string | symbol): void => {
    if (typeof key === 'symbol' || key in target || ASKED_BY_THE_LANGUAGE.has(key)) return;
    missing.push(`${name}.${key}`);
    throw new Error(`The stand-in for Electron has no ${name}.${key}`);
  };
  return new Proxy(target, {
    get(object, key, receiver): unknown {
      check(key);
      return Reflect.get(object, key, receiver);
    },
    set(object, key, value, receiver) {
      check(key);
      return Reflect.set(object, key, value, receiver);
    },
  });
}

/** The event object that listeners of a preventable event get. */
export interface StandInEvent {
  preventDefault(): void;
  defaultPrevented: boolean;
}

export function preventable<T extends object>(fields: T): T & StandInEvent {
  const event = {
    ...fields,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}
