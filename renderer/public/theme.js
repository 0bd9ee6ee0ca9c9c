// Sets the colours that this browser has chosen before anything is drawn. No module, since those wait for the page.
(() => {
  const { dataset } = document.documentElement;
  const more = matchMedia('(prefers-contrast: more)');

  function kept() {
    try {
      return localStorage.getItem('belfry.theme') ?? 'system';
    } catch {
      // A browser without storage follows the system.
      return 'system';
    }
  }

  function apply(theme) {
    if (theme === 'light' || theme === 'dark') dataset.scheme = theme;
    else delete dataset.scheme;
    if (theme === 'contrast' || (theme === 'system' && more.matches)) dataset.contrast = 'more';
    else delete dataset.contrast;
  }

  apply(kept());
  more.addEventListener('change', () => apply(kept()));
  // Another tab, or this one, has chosen.
  addEventListener('storage', () => apply(kept()));
  addEventListener('belfry-theme', ({ detail }) => apply(detail));
})();
