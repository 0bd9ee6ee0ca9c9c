import type { Clock } from '../base/clock.ts';
import type { Recovery } from '../contract/backup.ts';
import { ok, type Result } from '../contract/result.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { RecoveryTable } from '../store/recovery-table.ts';
import type { Writer } from '../store/writer.ts';
import { refuse } from '../messages/failures.ts';

export interface RecoveryNotesDeps {
  readonly recoveries: RecoveryTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
}

/** The reports of what recoveries could not keep, and of who dismissed them. */
export class RecoveryNotes {
  readonly #deps: RecoveryNotesDeps;

  constructor(deps: RecoveryNotesDeps) {
    this.#deps = deps;
  }

  current(): Recovery | null {
    return this.#deps.recoveries.current();
  }

  dismiss(actor: string): Promise<Result<{ status: 'dismissed' }>> {
    const { recoveries, audit, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const at = clock.now();
      const current = recoveries.current();
      if (!current || !recoveries.dismiss(at)) {
        return refuse('not_found', { code: 'error.no_recovery', params: {} });
      }
      const { text: _, ...recovery } = current;
      const action = 'recovery.dismiss';
      const reason = { code: 'audit.recovery', params: { recovery } } as const;
      audit.append({ at, actor, action, subject: 'database', reason });
      unit.changed({ entity: 'status' });
      return ok({ status: 'dismissed' });
    });
  }
}
