import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SYSTEM_BUS = '/run/dbus/system_bus_socket';

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

/** Returns the address of the system bus; null if the machine has none. */
export function systemBusAddress(env: Environment, platform: NodeJS.Platform): string | null {
  if (platform !== 'linux') return null;
  const named = env['DBUS_SYSTEM_BUS_ADDRESS'];
  if (named) return named;
  return existsSync(SYSTEM_BUS) ? `unix:path=${SYSTEM_BUS}` : null;
}
