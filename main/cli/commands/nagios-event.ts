import type { Severity } from '../../contract/primitives.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Messages } from '../../messages/messages.ts';

/** The part of an event that a notification of Nagios or Icinga names. */
export interface NagiosEvent {
  readonly host: string;
  /** The service; '' for the host itself. */
  readonly dedupKey: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly message: string;
}

/**
 * The ends of what keeps Nagios and Icinga from notifying, in the words of both. A problem that ended
 * meanwhile gets no recovery from them, so the state that comes with these says it.
 */
const ENDS_OF_QUIET: ReadonlySet<string> = new Set([
  ...['DOWNTIMEEND', 'DOWNTIMECANCELLED', 'DOWNTIMEREMOVED'],
  ...['FLAPPINGSTOP', 'FLAPPINGEND', 'FLAPPINGDISABLED'],
]);

const SOUND: ReadonlySet<string> = new Set(['OK', 'UP']);

/** Returns what a notification says of a problem; null for others, such as acknowledgements. */
function statusOf(type: string, state: string): NagiosEvent['status'] | null {
  if (type === 'PROBLEM') return 'firing';
  const isOver = type === 'RECOVERY' || (ENDS_OF_QUIET.has(type) && SOUND.has(state));
  return isOver ? 'resolved' : null;
}

/** States of services and hosts that are no warning; WARNING, UNKNOWN and UNREACHABLE are. */
const SEVERITIES: Readonly<Record<string, Severity>> = {
  OK: 'info',
  UP: 'info',
  CRITICAL: 'critical',
  DOWN: 'critical',
};

const MACROS = {
  host: { state: 'HOSTSTATE', output: 'HOSTOUTPUT', more: 'LONGHOSTOUTPUT' },
  service: { state: 'SERVICESTATE', output: 'SERVICEOUTPUT', more: 'LONGSERVICEOUTPUT' },
} as const;

/** Nagios writes the line ends of long output as `\n`. */
const withLines = (text: string): string => text.replaceAll('\\n', '\n');

/**
 * Reads a notification from the environment macros of Nagios (`enable_environment_macros=1`) or those
 * that a NotificationCommand of Icinga 2 exports under the same names, so that no output of a check stands
 * in a command line. Returns the type of a notification that is no event.
 */
export function nagiosEvent(
  env: Readonly<Record<string, string | undefined>>,
  messages: Messages,
): Result<NagiosEvent | { readonly ignored: string }> {
  const macro = (name: string): string => env[`NAGIOS_${name}`] ?? '';
  const type = macro('NOTIFICATIONTYPE');
  const host = macro('HOSTNAME');
  if (type === '' || host === '') return fail('invalid_input', messages.text('cli.send.noMacros'));
  const service = macro('SERVICEDESC');
  const names = service === '' ? MACROS.host : MACROS.service;
  const state = macro(names.state);
  const status = statusOf(type, state);
  if (status === null) return ok({ ignored: type });
  const output = [macro(names.output), withLines(macro(names.more))];
  return ok({
    host,
    dedupKey: service,
    status,
    severity: (Object.hasOwn(SEVERITIES, state) ? SEVERITIES[state] : undefined) ?? 'warning',
    message: output.filter(Boolean).join('\n'),
  });
}
