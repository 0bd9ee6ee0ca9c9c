import { configure } from '@testing-library/svelte';

// The limit of what waits for the window, one second by default, which a busy machine exceeds.
configure({ asyncUtilTimeout: 10_000 });
