/** Whatever starts must stop: both are safe to call twice, and stop waits (bounded) for work in flight. */
export interface Service {
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

/** Starts services in order and stops them in reverse; a failed start stops what had started. */
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
    for (const service of started) await service.stop();
  }
}
