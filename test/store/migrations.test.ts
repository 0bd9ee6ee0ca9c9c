import { DatabaseSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertState } from '../../main/contract/alert.ts';
import {
  attemptOutcome,
  bulkJob,
  bundleKind,
  cancelReason,
  notificationEvent,
  notificationStatus,
} from '../../main/contract/notification.ts';
import { pictureType } from '../../main/contract/alert-picture.ts';
import { severity } from '../../main/contract/primitives.ts';
import { tokenScope } from '../../main/contract/system.ts';
import { alertEventType } from '../../main/contract/timeline.ts';
import { openDatabase } from '../../main/store/database.ts';
import { lockDataDirectory } from '../../main/store/files/directory-lock.ts';
import { migrationHash, migrations } from '../../main/store/migrations.ts';
import { tempDir } from '../support/temp-dir.ts';

/** A migration that has shipped is never edited. Add a new file and its hash; never change a line here. */
const SHIPPED = [
  'ef0c5c856392386c88d1a43d419de31d6ad45fdf4a07583c1bf2f52c5fe201b3',
  '6a6254ad7b7226c9e63057e1b4e98ecb3b8d636a3a2d5ffc2163179adf41a73d',
  'd65e2b917c726911eee6f637a5b0b6e8055553fd600a39cbc58a4e862e5554b8',
  'fcc4ad018e3f35e186474b4866925dce9606f00d9e2e7d276b6cca517ad1a4a1',
  'cb40e097b8e5ee5aa2b1316a9ff867b57c4cc486bb7099faff84378f3c23edcd',
  '397a6d34f7fb9a7edfb376ea4cdd81bd7777674e2b77cb2cbaca0664952efdd6',
  '12a64c6dc84a66e0b97328fbde4be679bdff8eaf1db5fd12a4aea1ab1f6d2159',
  'ab8a013d914f82f0196e6ca46449455f41c4552fb24e7de9063a7602ac1108ae',
  'bb48d6f1d460b0e2b2c49e4bcc6c615e46bb915fbaa8b7658505a7b3dae1b373',
  'd7c23af6bbc240c952b84ee1524384fa5865cc85505b9f22e494b8073247d222',
  '10e54ae9f6aa95cc74d85a5e43db429ddff0165cf61420ace24e567e3c9d6135',
  'f2ad7802f02ea76c2af8b206282c9ede8ecb278e71a74ef50b93ef26b6c2d6b3',
  'd8d83d7b1a5de4633c1ab54b2572651a6772f097904d27c73757462906836753',
  '0c4ea919fe2b855bb1edf44e9d56106a348b44545e67de194f57ffa2443daea1',
  '777940eec375c49e057465c38344603b3ed6d0e4833dc3ec22965d001eb9e639',
  'f7fb4d48d8e5a3d6ba984c4ecbe1dc1c6648e5c2e3bfd357706faee9c0bb45e9',
  'b6e5d5578abdb3dd8abec1bbc6e2c0032648f5d5cd95cae6372b329aa2ea0b98',
  '7ec7b9b6b135dd6a9e28eda448813e2168c32e0c0a569fd535b5fd8c2d47d743',
  '81be1bc07e0d17963386e4999c56a293aee2ea43d880b5d1b95f6a86b46000db',
  'e13fd65f87f792325ba7a93ce6706f6c4581e617c34d65de4a7ecd13fe2d700d',
  '3a0771394d1461d3e1d0f750599e0652ebe5ead6a3da42ed8671cbd09ed15f55',
  'a285acc9596b77f7ef4f5af62d3f88dc4df4a521867943d6cb51d4cd4dd5d8b4',
  'a7650456a70ca1982d5630d8ba47885d505b4146e2a3c63bae999b3453bed70f',
  '7aed03d3a58ad6a9094eb0c6088b740f522fc0ba31d456faa5c0d6eb4b18e616',
  '0b0d7ee1f05116b2c87cbf014193bf64e03a8e7be33bc91ee6b29687efadbfbe',
  '53537b607cd479ad0bf8e599b81631860d00327e7989e79495a08315943c3e6b',
  'dedc4b34a4b978bea5f299c8fb3aa2e01990301ddc6c6965f320cb8b9f8b2252',
  '2ac428a59f2b911b1308ae58dc30b44b12172a046e40b2313b5b00a88e280702',
  '6a183fd2472c08ca1f0db34515ddf0cbca2b869cc7e3a95337e7e2abd057254a',
  'e9213db7f0973ad4c2b58c9500e96afd4cd7c6da82b3f0445896480c6e475232',
  '4f06fc651582fa5c4ab23e36753439126870f7893d63767eb12d9b2f182b2525',
  '44a09e67943185499ffc68a210fcb00ed65be6c9631219c4ebf2e9734a34081f',
  '36241fb793c9844763f62d12c95d29f561cdba34387335efed2b69930ef52c0c',
  'a4a10dd035f9d8fea3527f5e6202eb47b6c16731f9fa5c8ee2057beba478669a',
  '24c130aef6d3940bdbb98745bd40720026ff08450d5b556134d70c653763abab',
  'fa1557bb2b1cb939cca8a8b123cb3b56e83c4da22c053d2eb62fe512c48a12fb',
  'ffdc18522305477f5aebdbd031d35a19b5ea1e4c9cf8a8fd30326fc069e656d5',
  'd26bae06d192d98da5ab4c5acd0a7cc188f49b640450d808fae510ce95f8b2f1',
  '9e597fca854874c7c743d1ab5d656c6028c01dd904044708f5a4fbec396f9399',
  '033bc9552d0921647d862951830f828db2fee1d423e7516d7204b68b6b3551cd',
  'eb09ff8a6f03605aac8963bd1bbf30d620027c120e502bc5cf6c3fa022aea7ce',
  '59202e98344de51a1a531e7f5e664f053a9daec7be0ac2e7186be7bfaeefbfac',
  '233e27e58644c6db06ac18baaacaca3cd4e754ea5f0305ca0579c88a27ed2ad7',
  '6d2e666f8556aecf26b867f671cf09bdaffa1821d89f863006e4c09b4400a961',
  'cf493aeaff1b569778254032005f25df36a423060fea3ad557d223bba0f5608f',
];

/** The words that a table's CHECK allows in a column, by a list or by comparisons, as SQLite itself stores it. */
function checkedWords(sql: string, column: string): string[] {
  const check = new RegExp(
    `CHECK \\(((?:${column} = '[^']+'(?: OR )?)+|${column} IN \\([^)]+\\))\\)`,
  );
  const allowed = check.exec(sql)?.[1];
  if (allowed === undefined) throw new Error(`No CHECK on ${column}`);
  return [...allowed.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
}

describe('migrations', () => {
  test('that have shipped are as they were', () => {
    expect(migrations().map(migrationHash)).toEqual(SHIPPED);
  });

  test('leave STRICT tables, WAL, full durability and foreign keys', () => {
    using dir = tempDir();
    const db = openDatabase(dir.path);
    const tables = db.pragma('table_list') as { name: string; type: string; strict: number }[];
    const ours = tables.filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'));
    expect(ours.length).toBeGreaterThan(9);
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([]);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  test('check the same words as the contract', () => {
    using dir = tempDir();
    const db = openDatabase(dir.path);
    const sql = (table: string) =>
      db.value('SELECT sql FROM sqlite_schema WHERE name = ?', [table]) as string;
    const words: [string, string, readonly string[]][] = [
      ['alerts', 'state', alertState.options],
      ['alerts', 'severity', severity.options],
      ['alerts', 'peak_severity', severity.options],
      ['alert_events', 'type', alertEventType.options],
      ['notifications', 'event', notificationEvent.options],
      ['notifications', 'status', notificationStatus.options],
      ['notifications', 'cancel_reason', cancelReason.options],
      ['delivery_attempts', 'outcome', attemptOutcome.options],
      ['bulk_jobs', 'action', bulkJob.shape.action.options],
      ['bulk_jobs', 'state', bulkJob.shape.state.options],
      ['bundles', 'kind', bundleKind.options],
      ['tokens', 'scope', tokenScope.options],
      ['pictures', 'type', pictureType.options],
    ];
    for (const [table, column, options] of words) {
      expect(checkedWords(sql(table), column), `${table}.${column}`).toEqual([...options]);
    }
    // A list of three and more costs each row a table of its own while it is checked.
    for (const table of ['alerts', 'alert_events', 'notifications', 'delivery_attempts']) {
      expect(sql(table)).not.toMatch(/CHECK \(\w+ IN \('/);
    }
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  test('refuse a database of a newer version and leave it untouched', () => {
    using dir = tempDir();
    const path = join(dir.path, 'belfry.db');
    const newer = new DatabaseSync(path);
    newer.exec('CREATE TABLE future (x); PRAGMA user_version = 999');
    newer.close();
    const before = readFileSync(path);
    expect(() => openDatabase(dir.path)).toThrow(/newer version of Belfry \(schema 999/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('the data directory', () => {
  test('is held by one at a time, and free again afterwards', () => {
    using dir = tempDir();
    const lock = lockDataDirectory(dir.path);
    expect(() => lockDataDirectory(dir.path)).toThrow(/already running on/);
    lock[Symbol.dispose]();
    lockDataDirectory(dir.path)[Symbol.dispose]();
  });
});
