import { join } from 'node:path';
import type { KeyRing } from '../base/key-ring.ts';
import type { Clock } from '../base/clock.ts';
import { KEY_FILE_NAME } from '../store/files/data-key.ts';
import type { Logger } from '../base/logger.ts';
import { CommitMark } from '../store/files/commit-mark.ts';
import type { DirectoryLock } from '../store/files/directory-lock.ts';
import { KeptFile } from '../store/files/kept-file.ts';
import type { Writer } from '../store/writer.ts';
import type { FileRescue } from '../system/file-rescue.ts';
import { FileWatch } from '../system/file-watch.ts';
import type { PushHub } from '../transport/push-hub.ts';

export interface StoreGuardDeps {
  readonly dataDir: string;
  readonly dataKeys: KeyRing;
  readonly writer: Writer;
  readonly hub: Pick<PushHub, 'changed'>;
  readonly rescue: FileRescue;
  readonly lock: DirectoryLock;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when the database was found damaged. */
  readonly onDamaged: () => void;
}

/**
 * Keeps the mark of the last commit, watches the files that are open, and reports when the disk refuses
 * to write or the file is damaged.
 */
export function guardStore(deps: StoreGuardDeps): Disposable {
  const { dataDir, dataKeys, writer, hub, logger, onDamaged } = deps;
  using undo = new DisposableStack();
  const mark = undo.use(new CommitMark(dataDir, writer.lastCommit(), logger));
  writer.onCommitted(({ last }) => {
    if (last !== null) mark.committed(last);
  });
  writer.onRefusal(() => {
    hub.changed([{ entity: 'status' }]);
    const { refusal } = writer;
    if (refusal?.loss?.file === 'database') mark.displaced(refusal.loss.ino);
    if (refusal?.trouble !== 'damaged') return;
    mark.damaged();
    onDamaged();
  });
  const key = KeptFile.of(join(dataDir, KEY_FILE_NAME), logger);
  undo.use(dataKeys.onReplaced(() => key?.changed()));
  undo.use(new FileWatch({ ...deps, mark, key }));
  return undo.move();
}
