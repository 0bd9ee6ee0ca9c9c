import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { needsReady } from './app.ts';
import { StatusNotifierItem } from './status-notifier.ts';
import { preventable, strict } from './strict.ts';

type TrayImplemented = Pick<
  Electron.Tray,
  'destroy' | 'setContextMenu' | 'setImage' | 'setTitle' | 'setToolTip'
>;
type Template = Parameters<typeof Electron.Menu.buildFromTemplate>[0];

export class StandInImage implements Pick<Electron.NativeImage, 'isEmpty' | 'setTemplateImage'> {
  readonly path: string;
  template = false;
  constructor(path: string) {
    this.path = path;
  }
  isEmpty(): boolean {
    return !existsSync(this.path);
  }
  setTemplateImage(option: boolean): void {
    this.template = option;
  }
}

/** Unlike Electron's, an image that is not there throws: an empty tray icon would be a bug of ours. */
export const nativeImage = strict('nativeImage', {
  createFromPath(path: string): StandInImage {
    const image = strict('NativeImage', new StandInImage(path));
    if (image.isEmpty()) throw new Error(`No image at ${path}`);
    return image;
  },
});

const menus: { application: StandInMenu | null; popup: StandInMenu | null } = {
  application: null,
  popup: null,
};

/** The menu that opened last under the pointer. */
export const popupMenu = (): StandInMenu | null => menus.popup;

/** A menu as its template; a click goes to the template's own handler. */
export class StandInMenu {
  readonly template: Template;

  constructor(template: Template) {
    this.template = template;
  }

  static buildFromTemplate(template: Template): StandInMenu {
    return strict('Menu', new StandInMenu(template));
  }

  static setApplicationMenu(menu: StandInMenu | null): void {
    menus.application = menu;
  }

  static getApplicationMenu(): StandInMenu | null {
    return menus.application;
  }

  popup(_options?: Electron.PopupOptions): void {
    menus.popup = this;
  }

  submenuWith(label: string): StandInMenu {
    const menus = this.template.map(
      ({ submenu }) => new StandInMenu(Array.isArray(submenu) ? submenu : []),
    );
    const found = menus.find((menu) => menu.labels().includes(label));
    if (!found) throw new Error(`No menu has ${label}`);
    return found;
  }

  labels(): string[] {
    return this.template.flatMap(({ label }) => (label === undefined ? [] : [label]));
  }

  /** Clicks an item, that of a submenu by the labels on the way to it. */
  click(label: string, ...within: string[]): void {
    const item = this.template.find((entry) => entry.label === label);
    if (!item) throw new Error(`The menu has no ${label}, but ${this.labels().join(', ')}`);
    if (item.enabled === false) throw new Error(`${label} is disabled`);
    const [next, ...rest] = within;
    if (next !== undefined) {
      new StandInMenu(item.submenu as Template).click(next, ...rest);
      return;
    }
    const click = item.click as (() => void) | undefined;
    click?.();
  }
}

/** The image that an icon is given, as itself or as the path of its file. */
function loaded(image: StandInImage | Electron.NativeImage | string): StandInImage {
  if (typeof image !== 'string') return image as StandInImage;
  if (!existsSync(image)) throw new Error(`Failed to load image from path '${image}'`);
  return new StandInImage(image);
}

const trays = new Set<StandInTray>();

class StandInTray extends EventEmitter implements TrayImplemented {
  image: StandInImage;
  toolTip = '';
  title = '';
  menu: StandInMenu | null = null;
  item: StatusNotifierItem | null = null;
  destroyed = false;

  constructor(image: StandInImage | Electron.NativeImage | string) {
    super();
    needsReady('Tray');
    this.image = loaded(image);
    const bus = process.env['DBUS_SESSION_BUS_ADDRESS'];
    if (process.platform === 'linux' && bus) this.item = new StatusNotifierItem(bus);
    const proxy = strict('Tray', this);
    trays.add(proxy);
    return proxy;
  }

  setImage(image: Electron.NativeImage | string): void {
    this.needsLife();
    this.image = loaded(image);
  }

  setToolTip(toolTip: string): void {
    this.needsLife();
    this.toolTip = toolTip;
  }

  setTitle(title: string): void {
    this.needsLife();
    if (process.platform !== 'darwin') throw new Error('setTitle is for macOS');
    this.title = title;
  }

  setContextMenu(menu: Electron.Menu | null): void {
    this.needsLife();
    this.menu = menu as unknown as StandInMenu;
  }

  destroy(): void {
    this.item?.destroy();
    this.destroyed = true;
    trays.delete(this);
  }

  /** Electron throws for whatever is asked of an icon that is gone. */
  needsLife(): void {
    if (this.destroyed) throw new TypeError('Tray is destroyed');
  }
}

/** The one tray icon of the app. */
export function theTray(): StandInTray {
  const [tray, second] = trays;
  if (!tray || second) throw new Error(`There are ${trays.size} tray icons`);
  return tray;
}

/** A click on the icon itself, not on its menu. */
export const clickTray = (): boolean => theTray().emit('click', preventable({}));

Object.defineProperty(StandInTray, 'name', { value: 'Tray' });
export { StandInTray as Tray };
