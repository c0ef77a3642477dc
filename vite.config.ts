/** The pages with the shell and the editor: modern browsers, modules, one manifest for django-vite. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

import { inside, present, root } from './vite.shared.ts';

export default defineConfig({
  root,
  base: '/static/dist/',
  publicDir: false,
  plugins: [tailwindcss(), svelte()],
  build: {
    outDir: inside('src/operant/platform/ui/static/dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // A small file as data: would need its own word in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: present({
        app: 'frontend/app/main.ts', editor: 'frontend/apps/editor/main.ts', query: 'frontend/apps/editor/query.ts',
        view: 'frontend/apps/view/main.ts',
      }),
    },
  },
});
