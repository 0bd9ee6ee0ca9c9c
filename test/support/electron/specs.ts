import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  chai,
  describe,
  it,
  vi,
  type TestContext,
} from 'vitest';
import { app } from './app.ts';
import * as standIn from './index.ts';
import { StandInImage } from './menu.ts';
import { missing } from './strict.ts';

/**
 * Electron's own specs, on the stand-in. They are written for Mocha and Chai with asserting methods
 * (`to.be.true()`), inside a running Electron; this module gives them both, and the stand-in.
 */

/** A spec of Electron, and which of its groups need no page, no second process and no other system. */
export interface Spec {
  file: string;
  only?: { module: string; groups: readonly string[] };
}

/** Properties of Chai that assert by being read, which Electron's specs call. */
const ASSERTING = new Set(['empty', 'exist', 'false', 'null', 'ok', 'true', 'undefined']);

function calledAsserts<T extends object>(assertion: T): T {
  return new Proxy(assertion, {
    get(target, key): unknown {
      if (typeof key === 'string' && ASSERTING.has(key)) {
        return () => calledAsserts(Reflect.get(target, key) as object);
      }
      const value: unknown = Reflect.get(target, key);
      const isChain = value instanceof chai.Assertion || typeof value === 'function';
      return isChain ? calledAsserts(value) : value;
    },
    apply(target, receiver, given: unknown[]): unknown {
      const value: unknown = Reflect.apply(target as () => unknown, receiver, given);
      return value instanceof chai.Assertion ? calledAsserts(value) : value;
    },
  });
}

type Body = (this: unknown, done?: () => void) => unknown;

/** How many cases have held. */
export const held = { count: 0 };

/** A case of Mocha, which is done when its promise is or when it says so; one of a member that Belfry does not use is skipped. */
function caseOf(body: Body) {
  return async (context: TestContext): Promise<void> => {
    missing.length = 0;
    try {
      await run(body);
      held.count += 1;
    } catch (error) {
      if (missing.length === 0) throw error;
      context.skip(`Belfry does not use ${missing.join(', ')}`);
    }
  };
}

const run = (body: Body): unknown =>
  body.length === 0 ? body.call({}) : new Promise<void>((resolve) => body.call({}, resolve));

const test = Object.assign((name: string, body: Body) => it(name, caseOf(body)), {
  skip: (name: string) => it.skip(name),
});

/** Collects the cases of a spec in `directory`, the folder `spec` of Electron's sources. */
export async function collectSpec(directory: string, { file, only }: Spec): Promise<void> {
  /** How deep the group is whose body runs: Vitest runs those of the groups within it later. */
  let depth = 0;
  const group = Object.assign(
    (name: string, body: () => void) => {
      const depthWithin = depth + 1;
      if (only && depth === 0 && name !== only.module) return;
      if (only && depth === 1 && !only.groups.includes(name)) return;
      describe(name, () => {
        depth = depthWithin;
        body();
        depth = 0;
      });
    },
    { skip: (name: string) => describe.skip(name, () => it.skip('is for another system')) },
  );
  for (const [name, value] of Object.entries({
    describe: group,
    it: test,
    beforeEach: (body: Body) => beforeEach(async () => void (await run(body))),
    afterEach: (body: Body) => afterEach(async () => void (await run(body))),
    before: (body: Body) => beforeAll(async () => void (await run(body))),
    after: (body: Body) => afterAll(async () => void (await run(body))),
  })) {
    vi.stubGlobal(name, value);
  }
  vi.doMock('chai', () => ({
    ...chai,
    expect: calledAsserts(chai.expect),
  }));
  vi.doMock('electron/main', () => ({ ...standIn, utilityProcess: {}, WebContents: {} }));
  vi.doMock('electron/common', () => ({
    nativeImage: { createEmpty: () => new StandInImage('') },
  }));
  vi.doMock(join(directory, 'lib/spec-helpers.ts'), () => ({
    ifdescribe: (is: boolean) => (is ? group : group.skip),
    ifit: (is: boolean) => (is ? test : test.skip),
    isWayland: false,
    defer: (clean: () => void) => cleaning.push(clean),
    listen: () => Promise.resolve({ url: '' }),
    waitUntil: () => setTimeout(0),
  }));
  vi.doMock(join(directory, 'lib/window-helpers.ts'), () => ({
    closeAllWindows: () => Promise.resolve(),
    closeWindow: () => Promise.resolve(),
  }));
  const cleaning: (() => void)[] = [];
  afterEach(() => {
    for (const clean of cleaning.splice(0)) clean();
  });
  await app.whenReady();
  // The name of the app that runs Electron's specs.
  const { name } = app;
  app.setName('Electron Test Main');
  afterAll(() => app.setName(name));
  await import(join(directory, file));
}
