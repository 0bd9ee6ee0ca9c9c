import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { LANGUAGES } from '../main/contract/language.ts';
import { messagesFor } from '../main/messages/messages.ts';

const SOURCE = join(import.meta.dirname, '../renderer/offline');
const read = (file: string): string => readFileSync(join(SOURCE, file), 'utf8');

/** Returns the page's text in every language; its script shows one. */
function texts(): string {
  return LANGUAGES.map((language, index) => {
    const messages = messagesFor(language);
    return `<main lang="${language}"${index === 0 ? '' : ' hidden'}>
      <img src="./icon-192.png" alt="" />
      <h1>${messages.text('offline.title')}</h1>
      <p>${messages.text('offline.help')} <code></code></p>
    </main>`;
  }).join('\n    ');
}

/** Makes the page that a browser shows while Belfry cannot be reached, and the service worker that keeps it. */
export const offlinePage = (): Plugin => ({
  name: 'belfry:offline-page',
  generateBundle() {
    const files = {
      'offline.html': read('offline.html').replace('<!-- texts -->', texts()),
      'offline.css': read('offline.css'),
      'offline.js': read('offline.js'),
    };
    const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
    const worker = read('sw.js').replace('%VERSION%', version);
    for (const [fileName, source] of Object.entries({ ...files, 'sw.js': worker }))
      this.emitFile({ type: 'asset', fileName, source });
  },
});
