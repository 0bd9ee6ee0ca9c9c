/** False on Windows, where a file mode says nothing of who may read it, and a signal ends a process at once. */
export const isPosix = process.platform !== 'win32';
