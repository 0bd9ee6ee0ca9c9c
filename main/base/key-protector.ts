/** Protects the data key by more than file permissions; on the desktop, safeStorage. */
export interface KeyProtector {
  /** Null where protected keys are only opened, and a new one is kept as it is. */
  readonly protect: ((key: Buffer) => Promise<Buffer>) | null;
  /** `isStale` if the protection has changed since and the key should be protected again. */
  unprotect(sealed: Buffer): Promise<{ readonly key: Buffer; readonly isStale: boolean }>;
}
