import { describe, expect, test } from 'vitest';
import { lastMeaningfulLine } from '../../main/domain/heartbeat-text.ts';

/** As borgmatic sends it when a log is too long: the newest lines below a mark. */
const BORGMATIC = [
  '...',
  ...Array.from({ length: 1_400 }, (_, n) => `repo: M /srv/photos/${n}.jpg`),
  'repo: Connection closed by remote host. Is borg working on the server?',
].join('\n');

describe('the last words of a log', () => {
  test('are the error at its end, after the mark of a log that was cut and 1,400 lines', () => {
    expect(lastMeaningfulLine(BORGMATIC)).toBe(
      'repo: Connection closed by remote host. Is borg working on the server?',
    );
  });

  test.each([
    ['blank lines', '\n\n   \n'],
    ['a ruler', '\n--------------------\n=====\n* * *\n'],
    ['a time alone', '\n2026-11-29 14:17:39\n[14:17:39]\n2026-11-29T14:17:39.123Z\n'],
    ['a date alone', '\nSun Nov 29 14:17:39 UTC 2026\n29 November 2026, 2:17 PM\n'],
    ['restic’s progress', '\n[0:12] 45.00%  12 files 3.1 GiB, total 34 files, 0 errors ETA 1:23\n'],
    ['rsync’s progress', '\n  1,234,567  45%   12.34MB/s    0:00:12 (xfr#1, to-chk=0/1)\n'],
    [
      'a bar',
      '\nDownloading [=====>      ] 45 %\n 45%|████▌     | 45/100 [00:10<00:12, 4.2it/s]\n',
    ],
    ['progress written over and over', '\rUploading: 10%\rUploading: 45%\r'],
    ['dots', '\n...\n…\n'],
    ['numbers', '\n12 34.5 (67)\n3.1 GiB\n12 MB/s\n'],
    ['colours', '\n\x1b[32m\x1b[0m\n'],
  ])('pass over %s', (_name, tail) => {
    expect(lastMeaningfulLine(`scanning\nFatal: wrong password${tail}`)).toBe(
      'Fatal: wrong password',
    );
  });

  test.each([
    'Error: disk is 95% full',
    '95% of the quota is used',
    '2026-11-29 14:17:39 repository is locked by PID 12',
    '[14:17:39] Saturday’s backup failed',
    'exit 3',
    'Es fehlt ein Schlüssel',
    'エラー',
    'MB',
    '[ERROR] (1/2) failed',
    '| photos | ---- | failed |',
  ])('are %s', (line) => {
    expect(lastMeaningfulLine(`something else\n${line}\n\n`)).toBe(line);
  });

  test('come without the colours that a terminal would show', () => {
    expect(lastMeaningfulLine('\x1b[1;31mFatal:\x1b[0m no such host')).toBe('Fatal: no such host');
  });

  test('are the last line that is not blank where none says anything', () => {
    expect(lastMeaningfulLine('1\n42\n----\n')).toBe('----');
    expect(lastMeaningfulLine(' \n')).toBeUndefined();
  });
});
