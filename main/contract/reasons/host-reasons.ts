import { z } from 'zod';
import { legacyReasons, reasonOf } from './reason-family.ts';

const path = z.string();
/** The words of SQLite, the operating system or a program, in their language. */
const error = z.string();

/** Losses of a file that was open. */
const lossReasons = {
  'storage.directory_gone': { path },
  'storage.directory_replaced': { path },
  'storage.database_gone': { path, name: z.string() },
  'storage.database_replaced': { path, name: z.string() },
  'storage.file_gone': { path },
  'storage.file_replaced': { path },
} as const;
const lossReason = reasonOf(lossReasons);
export type LossReason = z.infer<typeof lossReason>;

/** Reasons why nothing can be stored, with what to do. */
const storageReasons = {
  ...lossReasons,
  'storage.full': { path },
  'storage.io': { path, error },
  'storage.read_only': { path },
  'storage.busy': { path, error },
  'storage.damaged': { path, error },
  /** Another process has taken the data directory. */
  'storage.contested': { path },
  /** Another core of its cluster leads, or may lead. */
  'storage.deposed': {},
  /** Accepted data is in the database file, or in a copy. */
  'storage.saved': { loss: lossReason },
  'storage.copied': { loss: lossReason, path, isReplaced: z.boolean() },
  'storage.not_saved': { loss: lossReason, error },
} as const;
export const storageReason = reasonOf(storageReasons);
export type StorageReason = z.infer<typeof storageReason>;

/** Reasons why the last backup could not be made. */
const backupReasons = {
  'backup.no_room': { path, neededBytes: z.int(), freeBytes: z.int() },
  'backup.check_failed': { error },
  'backup.failed': { error },
} as const;
export const backupReason = reasonOf(backupReasons);
export type BackupReason = z.infer<typeof backupReason>;

const address = { host: z.string(), port: z.string() };

/** Reasons why HTTP could not be opened. */
const httpReasons = {
  'http.port_taken': address,
  'http.port_forbidden': address,
  'http.address_unknown': { host: z.string() },
  'http.failed': { ...address, error },
} as const;
export const httpReason = reasonOf(httpReasons);
export type HttpReason = z.infer<typeof httpReason>;

/** Reasons why mail is not received. */
const mailReasons = {
  'mail.port_taken': address,
  'mail.port_forbidden': address,
  'mail.address_unknown': { host: z.string() },
  'mail.certificate': { path, error },
  'mail.failed': { ...address, error },
  /** The desktop receives mail only while it receives over HTTP. */
  'mail.no_http': {},
} as const;
export const mailReason = reasonOf(mailReasons);
export type MailReason = z.infer<typeof mailReason>;

/** Reasons why a bulk job failed. */
const bulkReasons = {
  ...legacyReasons,
  'bulk.not_stored': { because: storageReason },
  'bulk.defect': { error },
} as const;
export const bulkReason = reasonOf(bulkReasons);
export type BulkReason = z.infer<typeof bulkReason>;

/** Reasons why the host does not start. */
const startReasons = {
  'start.key_exists': { path },
  'start.not_of_cluster': { path },
  /** The database has what a cluster has written, and is to be opened without it. */
  'start.of_cluster': { path },
  'start.key_missing': { path },
  'start.key_sealed': { path },
  'start.key_unreadable': { path, error },
  'start.key_version': { path },
  'start.key_length': { path, length: z.int(), expected: z.int() },
  'start.parent_open': { parent: path, path },
  'start.owner': { path, owner: z.string(), user: z.string() },
  'start.open': { path, mode: z.string() },
  'start.no_directory': { path },
  'start.cannot_create': { path, error },
} as const;

/** Reasons why the host cannot do something. */
export const hostReasons = {
  ...storageReasons,
  ...backupReasons,
  ...httpReasons,
  ...mailReasons,
  ...bulkReasons,
  ...startReasons,
} as const;
