import { describe, expect, it } from 'vitest';
import { parseStrace, proveDurability } from './strace-log.ts';

const SOCKET = '24<TCP:[127.0.0.1:8377->127.0.0.1:40000]>';
const OTHER = '25<TCP:[127.0.0.1:8377->127.0.0.1:40001]>';
const WAL = '22</data/belfry.db-wal>';

const arrives = (socket = SOCKET): string =>
  `7 read(${socket}, "POST /api/v1/events HTTP/1.1\\r\\n"..., 65536) = 168`;
const writesWal = `7 pwrite64(${WAL}, "\\0\\0"..., 4120, 32) = 4120`;
const syncs = `7 fdatasync(${WAL}) = 0`;
const answers = (socket = SOCKET): string =>
  `7 write(${socket}, "HTTP/1.1 200 OK\\r\\n"..., 161) = 161`;

const prove = (...lines: string[]): { answers: number; unproven: number } => {
  const proof = proveDurability(parseStrace(lines.join('\n')));
  return { answers: proof.answers, unproven: proof.unproven.length };
};

describe('a proof of durability', () => {
  it('holds when a sync of the WAL returned between request and answer', () => {
    expect(prove(arrives(), writesWal, syncs, answers())).toEqual({ answers: 1, unproven: 0 });
  });

  it('holds for requests that share one sync', () => {
    const lines = [arrives(), arrives(OTHER), writesWal, syncs, answers(), answers(OTHER)];
    expect(prove(...lines)).toEqual({ answers: 2, unproven: 0 });
  });

  it('holds across threads, when the sync returns before the answer', () => {
    const begins = `8 fdatasync(${WAL} <unfinished ...>`;
    const returns = '8 <... fdatasync resumed>) = 0';
    expect(prove(arrives(), writesWal, begins, returns, answers()).unproven).toBe(0);
    expect(prove(arrives(), writesWal, begins, answers(), returns).unproven).toBe(1);
  });

  it.each([
    ['there is no sync', [arrives(), writesWal, answers()]],
    ['the sync failed', [arrives(), writesWal, syncs.replace('= 0', '= -1 EIO'), answers()]],
    ['the sync came before the request', [writesWal, syncs, arrives(), answers()]],
    ['nothing was written between them', [writesWal, arrives(), syncs, answers()]],
    ['the sync came after the answer', [arrives(), writesWal, answers(), syncs]],
    ['another file was synced', [arrives(), writesWal, syncs.replace('-wal', ''), answers()]],
  ])('fails when %s', (_reason, lines) => {
    expect(prove(...lines)).toEqual({ answers: 1, unproven: 1 });
  });

  it('fails for the second of two requests when only the first was synced', () => {
    const lines = [arrives(), writesWal, syncs, answers(), arrives(), answers()];
    expect(prove(...lines)).toEqual({ answers: 2, unproven: 1 });
  });

  it('counts the body that arrives after the head', () => {
    const body = `7 read(${SOCKET}, "{\\"host\\":"..., 65536) = 60`;
    const lines = [arrives(), writesWal, syncs, body, answers()];
    expect(prove(...lines)).toEqual({ answers: 1, unproven: 1 });
  });

  it('reads arguments and result of a call that was interrupted in the log', () => {
    const [call] = parseStrace(
      `7 read(${SOCKET},  <unfinished ...>\n8 gettid() = 8\n7 <... read resumed>"POST ", 65536) = 5`,
    ).filter(({ name }) => name === 'read');
    expect(call).toMatchObject({ target: SOCKET.slice(3, -1), enteredAt: 0, returnedAt: 2 });
    expect(call?.args).toContain('"POST "');
  });
});
