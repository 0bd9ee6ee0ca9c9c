/** Protects the data key by more than file permissions; on the desktop, safeStorage. */
export interface KeyProtector {
  protect(key: Buffer): Buffer;
  unprotect(sealed: Buffer): Buffer;
}
