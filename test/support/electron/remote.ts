import { drive, stage } from './drive.ts';

/** The other end of StandInProcess: carries out what it asks, and tells it what the app did. */

interface Request {
  readonly id: number;
  readonly op: keyof typeof drive;
  readonly args: unknown[];
}

const tell = (message: object): void => {
  process.send?.(message);
};

async function carryOut({ id, op, args }: Request): Promise<void> {
  try {
    const actions: Record<string, (...args: never[]) => unknown> = drive;
    tell({ id, value: await actions[op]?.(...(args as never[])) });
  } catch (error) {
    tell({ id, problem: error instanceof Error ? error.message : String(error) });
  }
}

process.on('message', (request: Request) => void carryOut(request));
process.on('disconnect', () => process.exit(1));
stage.on('load', (load) => tell({ event: 'load', ...load }));
stage.on('send', (send) => tell({ event: 'send', ...send }));
stage.on('closed', (closed) => tell({ event: 'closed', ...closed }));
