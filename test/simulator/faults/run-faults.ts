import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULTS, type Edit, type Fault } from './faults.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PARTS = ['main', 'test/simulator', 'test/support', 'package.json'];

/** Returns the text with the edit in it. Throws when what it replaces does not occur exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`main/${file} does not hold exactly once: ${find}`);
  }
  return before + replace + after;
}

/** Returns the first seed from 1 on that goes wrong with the fault in main/, and what it says; null if none does. */
function seedThatFinds({ edits }: Fault, seeds: number): { seed: number; line: string } | null {
  const dir = mkdtempSync(join(tmpdir(), 'belfry-fault-'));
  try {
    for (const part of PARTS) cpSync(join(ROOT, part), join(dir, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
    for (const edit of edits) {
      const path = join(dir, 'main', edit.file);
      writeFileSync(path, edited(readFileSync(path, 'utf8'), edit));
    }
    const args = ['test/simulator/run.ts', '--seeds', String(seeds), '--first'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8' });
    const [line = '', seed] = /^seed (\d+): .*$/m.exec(stdout) ?? [];
    if (seed === undefined && !stdout.includes(' 0 went wrong')) throw new Error(stderr);
    return seed === undefined ? null : { seed: Number(seed), line };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Puts each fault into a copy of main/ and reports how many seeds it took. Returns false if any was not found. */
export function runFaults(seeds: number): boolean {
  let missed = 0;
  for (const fault of FAULTS) {
    const found = seedThatFinds(fault, seeds);
    if (!found) missed++;
    const after = found ? `${found.seed} seeds: ${found.line}` : `NOT FOUND by ${seeds} seeds`;
    process.stdout.write(`${fault.name}: ${after}\n`);
  }
  process.stdout.write(`${FAULTS.length - missed} of ${FAULTS.length} faults found\n`);
  return missed === 0;
}
