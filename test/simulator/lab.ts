import type { Applied } from '../../main/alerts/engine.ts';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import type { InboundMessage } from '../../main/domain/inbound-message.ts';
import { StoreUnavailable } from '../../main/domain/store-unavailable.ts';
import { firing, resolved } from '../support/core-fixture.ts';
import { Machine } from './machine.ts';
import { Observations, type Departure } from './observations.ts';
import { calm, operate, receiverOf, type Target } from './operations.ts';
import { Records } from './records.ts';
import { CONDITIONS, HOUR_MS, MINUTE_MS, type Step } from './steps.ts';

/** An event whose sender has had its 200. */
export interface AcceptedEvent {
  readonly event: ConditionEvent;
  readonly applied: Applied;
  /** The moment of its answer, as `Machine.awakeMs`. */
  readonly atMs: number;
  /** The number of the start whose process answered. */
  readonly start: number;
  /** How many transactions the disk had failed for that process by then. */
  readonly failures: number;
}

type Part = (typeof CONDITIONS)[number] & { readonly dedupKey?: string };

/** Every wait, hold and cooldown is over by then, and channels that were down have been probed. */
const CALM_MS = 4 * HOUR_MS;

/** How often a transaction is tried before its work is refused. */
const TRIES = 4;

/** A lab with everything in it: the machine that Belfry runs on, its senders, receivers and people. */
export class Lab implements AsyncDisposable {
  readonly machine: Machine;
  readonly seen: Observations;
  /** Events and messages that Belfry has accepted. */
  readonly accepted: AcceptedEvent[] = [];
  readonly acceptedMessages: string[] = [];
  /** Errors that no sender and no operator should ever meet. */
  readonly defects: string[] = [];
  #records: { readonly of: object; readonly records: Records } | null = null;
  #numbers = 0;
  #downMs = 0;

  constructor(seed: number, departed: (departure: Departure) => void) {
    // The machine's network reports to the observations, which read the machine's database.
    const listener = {
      left: (request: Parameters<Observations['left']>[0]) => this.seen.left(request),
      arrived: (request: Parameters<Observations['left']>[0], isAccepted: boolean) =>
        this.seen.arrived(request, isAccepted),
    };
    this.machine = new Machine(seed, listener);
    this.seen = new Observations(this.machine.clock, () => this.records, departed);
  }

  get records(): Records {
    const { disk } = this.machine;
    if (this.#records?.of !== disk) this.#records = { of: disk, records: new Records(disk) };
    return this.#records.records;
  }

  get target(): Target {
    const { core, clock } = this.machine;
    return { core, records: this.records, now: clock.now(), newNumber: () => ++this.#numbers };
  }

  /** Does a step, and then whatever follows before time goes on. A crash on the way is followed by a start. */
  async take(step: Step): Promise<void> {
    await this.#do(step);
    await this.machine.quiet();
    if (this.machine.hasCrashed) await this.machine.recover(this.#downMs);
    await this.machine.quiet();
  }

  async #do(step: Step): Promise<void> {
    const { machine } = this;
    switch (step.do) {
      case 'fire':
      case 'resolve':
      case 'flip':
      case 'report':
      case 'storm':
      case 'message':
        return this.#send(step);
      case 'receiver': {
        const channels = this.records.channels();
        const channel = channels[step.pick % channels.length];
        if (channel) machine.network.set(receiverOf(channel.name), step.mode);
        return;
      }
      case 'heal network':
        return machine.network.heal();
      case 'disk':
        return machine.disk.fail(step.trouble, step.times);
      case 'refused':
        machine.disk.fail(step.trouble, TRIES);
        return this.#do(step.step);
      case 'wait':
        return machine.pass(step.ms);
      case 'sleep':
        machine.sleep(step.ms);
        return;
      case 'clock':
        machine.clock.setWallBy(step.byMs);
        // The scheduler wakes once a minute at least, and sees it then.
        return machine.pass(2 * MINUTE_MS);
      case 'restart':
        machine.disk.heal();
        return machine.restart(step.ms);
      case 'crash':
        return machine.recover(step.ms);
      case 'crash at commit':
        this.#downMs = step.ms;
        return machine.crashAt(step.nth, step.point);
      default:
        await this.work(Promise.resolve(operate(step, this.target)));
    }
  }

  /** Waits for a piece of work; null when it was refused for the disk, or a crash came before its end. */
  async work<T>(work: Promise<T>): Promise<T | null> {
    const worked = await this.machine.finish(work);
    if (worked.how === 'done') return worked.value;
    if (worked.how === 'failed' && !(worked.error instanceof StoreUnavailable)) {
      this.defects.push(String(worked.error));
    }
    return null;
  }

  async #send(
    step: Extract<Step, { do: 'fire' | 'resolve' | 'flip' | 'report' | 'storm' | 'message' }>,
  ): Promise<void> {
    const now = this.machine.clock.now();
    switch (step.do) {
      case 'fire': {
        const { severity, endsInMs, startedMsAgo } = step;
        const event = firing({ ...part(step.condition), severity });
        const dated = endsInMs !== undefined && {
          source: 'alertmanager',
          occurredAt: now - (startedMsAgo ?? 0),
          endsAt: now + endsInMs,
          firesNow: true,
        };
        return this.ingest([{ ...event, ...dated }]);
      }
      case 'resolve': {
        const event = resolved(part(step.condition));
        const { endedMsAgo } = step;
        const dated = endedMsAgo !== undefined && {
          source: 'alertmanager',
          occurredAt: now - endedMsAgo,
        };
        return this.ingest([{ ...event, ...dated }]);
      }
      case 'flip':
        for (let n = 0; n < step.times && !this.machine.hasCrashed; n++) {
          const event = part(step.condition);
          await this.ingest([n % 2 === 0 ? firing(event) : resolved(event)]);
          await this.machine.pass(step.gapMs);
        }
        return;
      case 'report': {
        const report = step.firing ? firing : resolved;
        return this.ingest([...new Set(step.conditions)].map((at) => report(part(at))));
      }
      case 'storm': {
        const many = Array.from({ length: step.count }, (_, n) => n);
        return this.ingest(many.map((n) => firing({ kind: 'disk', dedupKey: `storm ${n}` })));
      }
      case 'message': {
        const stored = await this.work(this.machine.core.alerts.ingestReport([], [message(step)]));
        for (const { alertId } of stored ?? []) this.acceptedMessages.push(alertId);
      }
    }
  }

  async ingest(events: readonly ConditionEvent[]): Promise<void> {
    const results = await this.work(this.machine.core.alerts.ingest(events));
    const { awakeMs, disk, starts: start } = this.machine;
    const noted = { atMs: awakeMs, start, failures: disk.failures };
    results?.forEach((applied, at) => {
      const event = events[at];
      if (event) this.accepted.push({ event, applied, ...noted });
    });
  }

  /**
   * Lets everything calm down: every receiver is well, every mute ends, what is dead is sent again, and each
   * sender says once more how things stand.
   */
  async calmDown(): Promise<void> {
    const { machine } = this;
    machine.network.heal();
    machine.disk.heal();
    machine.disk.neverCrash();
    await machine.pass(MINUTE_MS);
    await this.work(calm(this.target));
    await machine.pass(CALM_MS);
    await this.work(machine.core.bulk.requeue({ filter: {} }, 'operator'));
    await machine.pass(CALM_MS);
    for (const [at, condition] of CONDITIONS.entries()) {
      await this.ingest([at % 2 === 0 ? firing(condition) : resolved(condition)]);
    }
    await machine.pass(CALM_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.machine[Symbol.asyncDispose]();
  }
}

function part(condition: number): Part {
  const found = CONDITIONS[condition % CONDITIONS.length];
  if (!found) throw new Error('There are no conditions');
  return found;
}

function message(step: Extract<Step, { do: 'message' }>): InboundMessage {
  return {
    source: 'gotify',
    topic: `topic ${step.topic}`,
    title: 'Update',
    text: 'something happened',
    severity: 'info',
    labels: {},
    annotations: {},
    url: null,
    sequenceId: step.sequence ? 'one' : null,
    idempotencyKey: null,
    isRecovery: step.recovery,
    notBefore: null,
  };
}
