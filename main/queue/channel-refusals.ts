import { fail, type Result } from '../contract/result.ts';
import { fallbackProblem } from '../domain/fallback-chain.ts';
import type { ChannelRow } from '../store/channels.ts';

type Refusal = Result<never> | null;

/** A name tells channels apart, wherever people see them. */
export function nameTaken(
  rows: ChannelRow[],
  name: string | undefined,
  except: string | null,
): Refusal {
  return rows.some((row) => row.name === name && row.id !== except)
    ? fail('name_taken', `name: another channel is already called "${name}".`)
    : null;
}

/** A fallback must exist, and its chain must not lead back. */
export function badFallback(
  rows: ChannelRow[],
  id: string | null,
  fallbackId: string | null | undefined,
): Refusal {
  if (fallbackId === null || fallbackId === undefined) return null;
  const problem = fallbackProblem(rows, id, fallbackId);
  return problem === null ? null : fail('invalid_input', `fallbackChannelId: ${problem}`);
}
