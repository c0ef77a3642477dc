import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { root } from './vite.shared.ts';

export default defineConfig({
  root,
  plugins: [svelte()],
  // Svelte's server build is the default outside a browser; components are tested as browsers run them.
  resolve: { conditions: ['browser'] },
  test: {
    include: ['frontend/**/*.test.ts'],
    environment: 'happy-dom',
    isolate: false,
    pool: 'threads',
    env: { TZ: 'Europe/Berlin' },
    restoreMocks: true,
    passWithNoTests: false,
  },
});
