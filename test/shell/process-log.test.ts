import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessLog } from '../../main/shell/process-log.ts';
import { tempDir } from '../support/temp-dir.ts';
import { ManualClock } from './manual-clock.ts';

let temp: ReturnType<typeof tempDir>;
let said: string[];
beforeEach(() => {
  temp = tempDir();
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  temp[Symbol.dispose]();
});

describe('the log of the process', () => {
  it('goes to stderr, and once it is open to a file for its owner alone', async () => {
    const clock = new ManualClock();
    const log = new ProcessLog(clock);
    log.write('early\n');
    log.open(temp.path);
    log.write('kept\n');
    await log.close();
    log.write('late\n');
    expect(said).toEqual(['early\n', 'kept\n', 'late\n']);
    const path = join(temp.path, 'belfry.log');
    expect(readFileSync(path, 'utf8')).toBe('kept\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(clock.waiting).toBe(0);
  });

  it('is closed for everybody at the same moment', async () => {
    const log = new ProcessLog(new ManualClock());
    log.open(temp.path);
    log.write('last\n');
    void log.close();
    await log.close();
    expect(readFileSync(join(temp.path, 'belfry.log'), 'utf8')).toBe('last\n');
  });

  it('continues its file at the next start', async () => {
    for (const line of ['first\n', 'second\n']) {
      const log = new ProcessLog(new ManualClock());
      log.open(temp.path);
      log.write(line);
      await log.close();
    }
    expect(readFileSync(join(temp.path, 'belfry.log'), 'utf8')).toBe('first\nsecond\n');
  });

  it('keeps five files of a megabyte, and no more', async () => {
    const block = `${'x'.repeat(400_000)}\n`;
    for (let start = 0; start < 12; start += 1) {
      const log = new ProcessLog(new ManualClock());
      log.open(temp.path);
      for (let count = 0; count < 3; count += 1) log.write(block);
      await log.close();
    }
    const names = readdirSync(temp.path).filter((name) => name.startsWith('belfry.log'));
    expect(names.length).toBeGreaterThan(3);
    expect(names.length).toBeLessThanOrEqual(5);
    for (const name of names) {
      expect(statSync(join(temp.path, name)).size).toBeLessThan(2_000_000);
    }
  });

  it('goes on to stderr when its file cannot be written', async () => {
    mkdirSync(join(temp.path, 'belfry.log'));
    const log = new ProcessLog(new ManualClock());
    log.open(temp.path);
    log.write('a line\n');
    await vi.waitFor(() => expect(said.join('')).toContain('belfry.log: '));
    log.write('another\n');
    await log.close();
    expect(said.at(-1)).toBe('another\n');
    expect(existsSync(join(temp.path, 'belfry.log.1'))).toBe(false);
  });
});
