/** The player on televisions: Chrome 53, no modules, one script and one stylesheet. */
import { defineConfig } from 'vite';

import { inside, root } from './vite.shared.ts';

export default defineConfig({
  root,
  base: '/static/dist/player/',
  publicDir: false,
  build: {
    outDir: inside('src/operant/relay/static/dist/player'),
    emptyOutDir: true,
    manifest: true,
    target: ['es2015', 'chrome53'],
    cssTarget: 'chrome53',
    // Otherwise the styles arrive by script, and the Content-Security-Policy refuses them.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: inside('frontend/apps/player/main.ts'),
      output: { format: 'iife', entryFileNames: 'player-[hash].js', assetFileNames: 'player-[hash][extname]' },
    },
  },
});
