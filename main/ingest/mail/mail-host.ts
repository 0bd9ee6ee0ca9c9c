import type { Mail } from './mail.ts';

/** Accounts of programs, whose addresses name the machine by its domain. */
const SYSTEM_ACCOUNTS: ReadonlySet<string> = new Set([
  'admin',
  'apcupsd',
  'cron',
  'daemon',
  'logwatch',
  'mailer-daemon',
  'mdadm',
  'no-reply',
  'nobody',
  'noreply',
  'nut',
  'postmaster',
  'root',
  'smartd',
  'www-data',
  'zed',
]);

const NAME = '[a-z0-9][a-z0-9.-]{0,251}[a-z0-9]';

/** A name that is said to be a host's. */
const CALLED_HOST = new RegExp(`\\bhost[:=]? (${NAME})(?=$|[\\s,;:)])`);
/** Where else a subject names its host, in the order in which that is believed. */
const PLACES = [
  new RegExp(`^\\[(${NAME})\\] `),
  new RegExp(`^(${NAME}): `),
  new RegExp(` \\((${NAME})\\)$`),
  new RegExp(` (?:on|auf) (${NAME})[.!]?$`),
];

/** Names as only a private network has them, and letters with a number at the end: `nas.lan`, `pve1`. */
const LOCAL_NAME = /\.(?:lan|local|localdomain|home|internal|intranet|private|arpa|box)$/;
const NUMBERED = /^[a-z][a-z-]{1,30}[a-z]-?\d{1,3}$|^[a-z]{2,3}\d{1,3}$/;
/** Names of parts of machines, and of what is counted: `sda1`, `raid5`, `day-2`. */
const PART_OR_COUNT =
  /^(?:sd[a-z]|hd[a-z]|vd[a-z]|nvme|mmc|md|dm|loop|ada?|da|eth|eno|enp|wlan|wl|br|bond|tty|usb|com|lpt|port|bay|slot|disk|drive|volume|vol|pool|cpu|core|gpu|fan|temp|raid|raidz|ipv|sha|vm|ct|lxc|line|level|layer|step|phase|part|day|week|attempt|try|job|run|task|exit|code|rc|error|err|zone|channel|ups|sensor|queue|build|version|ver|v|test)-?\d+$/;

const isHost = (name: string, domain: string): boolean =>
  LOCAL_NAME.test(name) ||
  (domain.includes('.') && name.endsWith(domain.slice(domain.indexOf('.')))) ||
  (NUMBERED.test(name) && !PART_OR_COUNT.test(name));

/** Returns the host that a subject names beyond doubt; null for any other subject. */
function hostInSubject(subject: string, domain: string): string | null {
  const said = subject.toLowerCase();
  const names = PLACES.map((place) => place.exec(said)?.[1]);
  const called = CALLED_HOST.exec(said)?.[1];
  return called ?? names.find((name) => name !== undefined && isHost(name, domain)) ?? null;
}

/** Returns the host of a mail: that of its subject, else the domain of a program's account, else all of the sender. */
export function hostOf({ subject, from }: Pick<Mail, 'subject' | 'from'>): string {
  const at = from.lastIndexOf('@');
  const [account, domain] = [from.slice(0, at).toLowerCase(), from.slice(at + 1)];
  const named = hostInSubject(subject, domain.toLowerCase());
  if (named !== null) return named;
  return at > 0 && domain !== '' && SYSTEM_ACCOUNTS.has(account) ? domain : from;
}
