// Shows a page that waits for Belfry where a visit finds no answer. Everything else goes by it untouched.
const CACHE = 'belfry-offline-%VERSION%';
const FILES = ['offline.html', 'offline.css', 'offline.js', 'theme.js', 'icon-192.png'];
/** The statuses that a proxy answers for a server that is away. */
const AWAY = [502, 503, 504];

const urlOf = (file) => new URL(file, registration.scope).href;

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(urlOf(file), { cache: 'reload' })));
  await skipWaiting();
}

async function forgetEarlier() {
  const names = await caches.keys();
  const earlier = names.filter((name) => name.startsWith('belfry-offline-') && name !== CACHE);
  await Promise.all(earlier.map((name) => caches.delete(name)));
  await clients.claim();
}

async function answer(request, file) {
  const kept = async () => (await caches.open(CACHE)).match(urlOf(file));
  try {
    const response = await fetch(request);
    return AWAY.includes(response.status) ? ((await kept()) ?? response) : response;
  } catch (error) {
    const page = await kept();
    if (page) return page;
    throw error;
  }
}

addEventListener('install', (event) => event.waitUntil(keep()));
addEventListener('activate', (event) => event.waitUntil(forgetEarlier()));
addEventListener('fetch', (event) => {
  const { request } = event;
  const isVisit = request.mode === 'navigate' && request.url.split(/[?#]/)[0] === urlOf('');
  const file = isVisit ? 'offline.html' : FILES.find((file) => request.url === urlOf(file));
  if (request.method === 'GET' && file) event.respondWith(answer(request, file));
});
