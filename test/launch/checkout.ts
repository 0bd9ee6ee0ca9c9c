import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

const BELONGS = [
  'main',
  'preload',
  'renderer',
  'resources',
  'out/main',
  'out/preload',
  'out/renderer',
  'out/THIRD-PARTY-NOTICES.txt',
  'LICENSE',
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
  'vite.main.config.ts',
];

/**
 * Copies what a start needs, but for node_modules. The copy is within the repository, since its programs
 * look for their packages from there. The caller removes it.
 */
export function makeCheckout(): string {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  const checkout = mkdtempSync(join(ROOT, 'out', 'checkout-'));
  for (const path of BELONGS) {
    cpSync(join(ROOT, path), join(checkout, path), { recursive: true, preserveTimestamps: true });
  }
  return checkout;
}
