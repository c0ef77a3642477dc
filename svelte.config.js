import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  // Styles in a stylesheet, never by script: the Content-Security-Policy allows no others.
  compilerOptions: { css: 'external', runes: true },
};
