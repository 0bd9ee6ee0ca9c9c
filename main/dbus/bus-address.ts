import { existsSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the address of the session bus: the environment's, else the socket that systemd makes for each
 * user; null if the session has none, or on another system than Linux.
 */
export function sessionBusAddress(env: Environment, platform: NodeJS.Platform): string | null {
  if (platform !== 'linux') return null;
  const named = env['DBUS_SESSION_BUS_ADDRESS'];
  if (named) return named;
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  if (!runtimeDir) return null;
  const socket = join(runtimeDir, 'bus');
  return existsSync(socket) ? `unix:path=${socket}` : null;
}
