/** Whatever starts must stop: both are safe to call twice, and stop waits (bounded) for work in flight. */
export interface Service {
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts services in order and stops them in reverse; a failed start stops what had started, and a
 * failed stop keeps no other from stopping.
 */
export class Lifecycle implements Service {
  readonly #services: readonly Service[];
  #started: Service[] = [];

  constructor(services: readonly Service[]) {
    this.#services = services;
  }

  async start(): Promise<void> {
    if (this.#started.length > 0) return;
    try {
      for (const service of this.#services) {
        this.#started.push(service);
        await service.start();
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const started = this.#started.reverse();
    this.#started = [];
    const problems: unknown[] = [];
    for (const service of started) {
      try {
        await service.stop();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, 'Not everything could be stopped');
  }
}
