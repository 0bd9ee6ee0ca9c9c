import {
  BrowserWindow,
  clipboard,
  Menu,
  type ContextMenuParams,
  type MenuItemConstructorOptions,
  type WebContents,
} from 'electron';
import type { Messages } from '../messages/messages.ts';
import { isWebLink } from './lockdown.ts';

/** Shows what can be done with a text, a field or a link under the pointer. Electron has no such menu itself. */
export function offerContextMenu(contents: WebContents, messages: () => Messages): void {
  contents.on('context-menu', (_event, params) => {
    const window = BrowserWindow.fromWebContents(contents);
    if (!window) return;
    Menu.buildFromTemplate(contextMenu(params, messages())).popup({ window });
  });
}

function contextMenu(
  { editFlags, isEditable, linkURL, selectionText }: ContextMenuParams,
  messages: Messages,
): MenuItemConstructorOptions[] {
  const item = (role: 'cut' | 'copy' | 'paste' | 'selectAll', enabled: boolean) => ({
    role,
    label: messages.text(`menu.role.${role}`),
    enabled,
  });
  const link = {
    label: messages.text('menu.copyLink'),
    click: () => void clipboard.writeText(linkURL),
  };
  const { canCopy, canCut, canPaste, canSelectAll } = editFlags;
  return [
    ...(isWebLink(linkURL) ? [link] : []),
    ...(isEditable ? [item('cut', canCut)] : []),
    ...(isEditable || selectionText !== '' ? [item('copy', canCopy)] : []),
    ...(isEditable ? [item('paste', canPaste)] : []),
    item('selectAll', canSelectAll),
  ];
}
