import { execFileSync } from 'node:child_process';
import type { Place } from '../support/place.ts';

/** Of the range that is set aside for tests of networks (RFC 2544). */
const SUBNET = '198.18.77';
const MACHINES = [1, 2, 3] as const;

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Three machines on one: network namespaces, each with a cable to a switch. Needs root and iproute2. */
export class Network implements Disposable {
  /** The address of the machine that has the switch: the sender and the receiver are there. */
  readonly address = `${SUBNET}.254`;
  readonly places: readonly Place[];
  readonly #undo: DisposableStack;
  readonly #name: string;

  private constructor(name: string, undo: DisposableStack) {
    this.#name = name;
    this.#undo = undo;
    this.places = MACHINES.map((machine) => ({
      address: `${SUBNET}.${machine}`,
      under: ['ip', 'netns', 'exec', `${name}-${machine}`],
    }));
  }

  /** Returns null where this process may not make one. */
  static open(): Network | null {
    // The name of an interface has at most 15 characters.
    const name = `bel${process.pid % 100_000}`;
    const undo = new DisposableStack();
    try {
      ip('link', 'add', name, 'type', 'bridge');
      undo.defer(() => ip('link', 'del', name));
      ip('addr', 'add', `${SUBNET}.254/24`, 'dev', name);
      ip('link', 'set', name, 'up');
      for (const machine of MACHINES) connect(name, machine, undo);
    } catch {
      undo.dispose();
      return null;
    }
    return new Network(name, undo);
  }

  /** Pulls the cable of a machine, from 0. Returns what plugs it in again. */
  cut(index: number): () => void {
    const cable = `${this.#name}-c${index + 1}`;
    ip('link', 'set', cable, 'down');
    return () => ip('link', 'set', cable, 'up');
  }

  [Symbol.dispose](): void {
    this.#undo.dispose();
  }
}

function connect(name: string, machine: number, undo: DisposableStack): void {
  const namespace = `${name}-${machine}`;
  const cable = `${name}-c${machine}`;
  ip('netns', 'add', namespace);
  undo.defer(() => ip('netns', 'del', namespace));
  ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
  ip('link', 'set', cable, 'master', name, 'up');
  ip('-n', namespace, 'addr', 'add', `${SUBNET}.${machine}/24`, 'dev', 'eth0');
  ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
}
