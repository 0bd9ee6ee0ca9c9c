// Shows the texts in the language of the browser, and reloads the page once Belfry answers again.
(() => {
  const AGAIN_AFTER_MS = 3_000;
  const texts = [...document.querySelectorAll('main')];
  const wanted = navigator.languages.find((language) =>
    texts.some(({ lang }) => language.startsWith(lang)),
  );
  const shown = texts.find(({ lang }) => wanted?.startsWith(lang)) ?? texts[0];
  for (const text of texts) text.hidden = text !== shown;
  document.documentElement.lang = shown.lang;
  for (const code of document.querySelectorAll('code')) code.textContent = location.host;

  async function look() {
    const answer = await fetch('./readyz', { cache: 'no-store' }).catch(() => null);
    if (answer?.ok) location.reload();
    else setTimeout(look, AGAIN_AFTER_MS);
  }
  addEventListener('online', () => location.reload());
  setTimeout(look, AGAIN_AFTER_MS);
})();
