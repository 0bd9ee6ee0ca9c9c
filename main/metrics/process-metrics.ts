import { readdirSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';

const OPEN_FILES = '/proc/self/fd';

/**
 * Mounts what Prometheus' client libraries report of a process
 * (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics), and of Node what
 * prom-client calls by the same names. Not through its collectDefaultMetrics: that sets a timer every
 * 10 ms and an observer of garbage collection, neither of which can be stopped, and an idle Belfry
 * wakes for nothing but what is due. Everything here is read at the scrape, in the order of mounting:
 * a value that is asked of the system once is set by the first of its metrics.
 */
export function mountProcessMetrics(registry: Registry, clock: Clock): void {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  mountCpu(registry, counter);
  mountMemory(registry, gauge);
  gauge('process_start_time_seconds', 'Start of the process, in seconds since 1970').set(
    clock.now() / 1_000 - process.uptime(),
  );
  if (process.platform === 'linux') {
    new Gauge({
      name: 'process_open_fds',
      help: 'Open file descriptors',
      registers,
      collect() {
        // One of them is the listing's own.
        this.set(readdirSync(OPEN_FILES).length - 1);
      },
    });
  }
  new Gauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'How long the event loop took to come around at this scrape',
    registers,
    async collect() {
      const asked = clock.monotonicMs();
      await new Promise(setImmediate);
      this.set((clock.monotonicMs() - asked) / 1_000);
    },
  });
  new Gauge({
    name: 'nodejs_version_info',
    help: 'The version of Node that runs this',
    labelNames: ['version'] as const,
    registers,
  }).set({ version: process.version }, 1);
}

function mountCpu(registry: Registry, counter: (name: string, help: string) => Counter): void {
  let before: NodeJS.CpuUsage = { user: 0, system: 0 };
  const user = new Counter({
    name: 'process_cpu_user_seconds_total',
    help: 'CPU time spent in the program',
    registers: [registry],
    collect() {
      const now = process.cpuUsage();
      const userSeconds = (now.user - before.user) / 1e6;
      const systemSeconds = (now.system - before.system) / 1e6;
      before = now;
      user.inc(userSeconds);
      system.inc(systemSeconds);
      total.inc(userSeconds + systemSeconds);
    },
  });
  const system = counter('process_cpu_system_seconds_total', 'CPU time spent in the kernel for it');
  const total = counter('process_cpu_seconds_total', 'CPU time spent');
}

function mountMemory(registry: Registry, gauge: (name: string, help: string) => Gauge): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory',
    registers: [registry],
    collect() {
      const usage = process.memoryUsage();
      this.set(usage.rss);
      heapTotal.set(usage.heapTotal);
      heapUsed.set(usage.heapUsed);
      external.set(usage.external);
    },
  });
  const heapTotal = gauge('nodejs_heap_size_total_bytes', 'Size of the JavaScript heap');
  const heapUsed = gauge('nodejs_heap_size_used_bytes', 'Used part of the JavaScript heap');
  const external = gauge('nodejs_external_memory_bytes', 'Memory of objects outside that heap');
}
