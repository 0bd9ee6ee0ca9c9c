import { idsFrom } from '../../main/base/ids.ts';
import { ENGLISH } from '../../main/messages/messages.ts';
import { InhibitionService } from '../../main/alerts/rules/inhibition-service.ts';
import { MaintenanceService } from '../../main/alerts/rules/maintenance-service.ts';
import type { MuteSubject, Release } from '../../main/alerts/rules/mute-reason.ts';
import { Mutes } from '../../main/alerts/rules/mutes.ts';
import { SilenceService } from '../../main/alerts/rules/silence-service.ts';
import type { Result } from '../../main/contract/result.ts';
import {
  inhibitionInput,
  maintenanceInput,
  silenceInput,
  type Inhibition,
  type MaintenanceWindow,
  type Silence,
} from '../../main/contract/suppression.ts';
import { DEFAULT_SETTINGS, type QuietHours, type Settings } from '../../main/contract/settings.ts';
import { AuditTable } from '../../main/store/audit-table.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { ruleTables } from '../../main/store/rule-tables.ts';
import { SilenceTable } from '../../main/store/rule-tables.ts';
import type { ChangeRef } from '../../main/store/unit.ts';
import { Writer } from '../../main/store/writer.ts';
import { FakeClock } from './fake-clock.ts';
import { tempDir } from './temp-dir.ts';

const HOUR_MS = 3_600_000;

export type FixtureAlert = MuteSubject & { readonly closedAt: number | null };

export const alert = (id: string, over: Partial<FixtureAlert> = {}): FixtureAlert => ({
  id,
  source: 'api',
  host: 'nas',
  kind: 'disk_full',
  severity: 'warning',
  labels: {},
  closedAt: null,
  ...over,
});

/** The value of a result that must have one. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export const errorOf = (result: Result<unknown>): string =>
  result.ok ? 'ok' : `${result.error.code}: ${result.error.message}`;

/** The alert that is to be muted. */
export const DISK = alert('disk');

/** The mutes of alerts, on a real database. Alerts, settings and the pause are as the test sets them. */
export class MutesFixture implements Disposable {
  readonly clock = new FakeClock();
  readonly alerts = new Map<string, FixtureAlert>();
  readonly snoozed: { id: string; until: number }[] = [];
  /** The releases, as `kind ref`, or `timed` for what waits for a moment; committed or not. */
  readonly released: string[] = [];
  readonly changes: ChangeRef['entity'][] = [];
  readonly log: string[] = [];
  settings: Settings = DEFAULT_SETTINGS;
  pausedUntil: number | null = null;
  wakes = 0;
  db!: Db;
  writer!: Writer;
  silences!: SilenceService;
  maintenance!: MaintenanceService;
  inhibitions!: InhibitionService;
  mutes!: Mutes;
  readonly #dir = tempDir();

  constructor() {
    this.open();
  }

  get now(): number {
    return this.clock.now();
  }

  /** Starts as a process would, on what the database holds. */
  open(): void {
    const db = openDatabase(this.#dir.path);
    this.db = db;
    const logger = { log: (_level: string, message: string) => void this.log.push(message) };
    this.writer = new Writer(db, this.clock, logger);
    const release: Release = (_unit, kind, ref) => void this.released.push(`${kind} ${ref}`);
    const shared = {
      tables: {
        audit: new AuditTable(db),
        silences: new SilenceTable(db),
        rules: ruleTables(db),
      },
      writer: this.writer,
      clock: this.clock,
      logger,
      newId: idsFrom(this.clock),
      messages: () => ENGLISH,
      channels: { get: () => null },
      openAlerts: () => this.alerts.values(),
      release,
    };
    this.silences = new SilenceService(shared);
    this.maintenance = new MaintenanceService(shared);
    this.inhibitions = new InhibitionService(shared);
    this.mutes = new Mutes({
      ...shared,
      pause: { current: () => (this.pausedUntil === null ? null : { until: this.pausedUntil }) },
      silences: this.silences,
      maintenance: this.maintenance,
      inhibitions: this.inhibitions,
      settings: { current: () => this.settings },
      snoozedAlerts: () => this.snoozed,
      releaseTimed: () => void this.released.push('timed'),
      wake: () => void this.wakes++,
    });
    this.writer.onCommitted(({ changes }) => {
      this.changes.push(...changes.map(({ entity }) => entity));
    });
  }

  restart(): void {
    this.db.close();
    this.open();
  }

  /** An alert is raised or changes, as the engine would say it. */
  async put(subject: FixtureAlert): Promise<void> {
    await this.writer.submit((unit) => {
      if (subject.closedAt === null) this.alerts.set(subject.id, subject);
      else this.alerts.delete(subject.id);
      this.mutes.alertChanged(unit, subject);
    });
  }

  async close(id: string): Promise<void> {
    const open = this.alerts.get(id);
    if (!open) throw new Error(`${id} is not open`);
    await this.put({ ...open, closedAt: this.now });
  }

  pause(): void {
    this.pausedUntil = this.now + HOUR_MS;
  }

  async silence(over: Record<string, unknown> = {}): Promise<Silence> {
    const wanted = { matchers: ['host=nas'], endsAt: this.now + HOUR_MS, author: 'ann', ...over };
    return valueOf(await this.silences.collection.create(silenceInput.parse(wanted), 'window'));
  }

  async maintain(over: Record<string, unknown> = {}): Promise<MaintenanceWindow> {
    const schedule = { type: 'once', startsAt: this.now, endsAt: this.now + HOUR_MS };
    const wanted = maintenanceInput.parse({ name: 'NAS upgrade', schedule, ...over });
    return valueOf(await this.maintenance.collection.create(wanted, 'window'));
  }

  /** With a source that fires. */
  async inhibit(): Promise<Inhibition> {
    const wanted = inhibitionInput.parse({
      name: 'host down',
      sourceMatchers: ['kind=ups_on_battery'],
      targetMatchers: ['severity=warning'],
    });
    const inhibition = valueOf(await this.inhibitions.collection.create(wanted, 'window'));
    await this.put(alert('power', { kind: 'ups_on_battery', host: 'rack1', severity: 'critical' }));
    return inhibition;
  }

  async snooze(until: number | null = this.now + HOUR_MS): Promise<void> {
    await this.writer.submit((unit) => this.mutes.snoozed(unit, DISK.id, until));
  }

  /** Thursdays from 12:00 to 13:00 UTC, unless said otherwise. */
  async quiet(over: Partial<QuietHours> = {}): Promise<void> {
    await this.writer.submit((unit) => {
      const periods = [{ days: [4], from: '12:00', to: '13:00' }];
      const quietHours = { enabled: true, timeZone: 'UTC', periods, criticalPasses: true, ...over };
      this.settings = { ...this.settings, quietHours };
      unit.changed({ entity: 'settings' });
    });
  }

  /** Returns the releases since the last call. */
  takeReleased(): string[] {
    return this.released.splice(0);
  }

  takeChanges(): ChangeRef['entity'][] {
    return this.changes.splice(0);
  }

  /** Returns the audit log's entries, oldest first. */
  audit(): string[] {
    const sql = "SELECT actor || ' ' || action || ' ' || subject FROM audit_log ORDER BY id";
    return this.db.values<string>(sql);
  }

  /** Lets the COMMIT fail that `work` shares; what `work` was answered. */
  async undone(work: () => Promise<unknown>): Promise<void> {
    const breaking = this.writer.submit(() => {
      // A deferred constraint is broken only at COMMIT, as a failing disk would be.
      this.db.pragma('defer_foreign_keys = ON');
      const orphan =
        "INSERT INTO heartbeat_events (heartbeat_id, at, type, detail) VALUES ('none', 0, 'late', '')";
      this.db.run(orphan);
    });
    const outcomes = await Promise.allSettled([breaking, work()]);
    if (outcomes.some(({ status }) => status === 'fulfilled')) throw new Error('It was committed');
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.#dir[Symbol.dispose]();
  }
}
