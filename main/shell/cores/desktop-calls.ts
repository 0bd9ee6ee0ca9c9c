import {
  DESKTOP_METHODS,
  type DesktopMethodName,
  type DesktopOutput,
} from '../../contract/desktop-methods.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { z } from 'zod';
import { invalidInput } from '../../domain/issues.ts';
import type { IpcDesktop } from '../../transport/ipc.ts';
import type { Cores } from './cores.ts';

type Handlers = {
  readonly [K in DesktopMethodName]: (
    input: z.output<(typeof DESKTOP_METHODS)[K]['input']>,
  ) => Promise<Result<DesktopOutput<K>>>;
};

/** Answers the window about the desktop's cores. No answer has a token. */
export function desktopCalls(cores: Cores): IpcDesktop {
  const handlers: Handlers = {
    'cores.list': () => Promise.resolve(ok({ items: cores.list(), reason: cores.reason })),
    'cores.try': (input) => cores.try(input),
    'cores.add': (input) => cores.add(input),
    'cores.update': (input) => cores.update(input),
    'cores.remove': ({ id }) => cores.remove(id),
    'cores.setLocal': ({ on }) => cores.setLocal(on),
  };
  return async (name, input) => {
    const checked = DESKTOP_METHODS[name].input.safeParse(input);
    if (!checked.success) return invalidInput(checked.error);
    // The schema of this very method has checked it.
    return (handlers[name] as (input: unknown) => Promise<Result<unknown>>)(checked.data);
  };
}
