import { createRequire } from 'node:module';
import { anchorOf } from '../../tools/links/github.mjs';
import { siteLinks } from '../links.mjs';
import { allPages, placeOf, sidebar } from '../pages.mjs';

const { resolve } = createRequire(import.meta.url);

/** Where GitHub Pages has the site. */
export const base = '/nx-secrets/';

export default {
  title: 'nx-secrets',
  description:
    'An Nx plugin: one AWS secret per service and stage, kept SOPS-encrypted in Git, pushed by the pipeline only when it changed.',
  lang: 'en',
  base,
  srcDir: '../docs',
  outDir: '../tmp/site',
  cacheDir: '../tmp/site-cache',
  rewrites: Object.fromEntries(
    allPages().flatMap((page) => (placeOf(page) === page ? [] : [[`${page}.md`, `${placeOf(page)}.md`]])),
  ),
  // The pages are outside of this package, and so of where Vite looks for what they import.
  vite: {
    resolve: {
      alias: [
        { find: 'vue/server-renderer', replacement: resolve('vue/server-renderer') },
        { find: /^vue$/, replacement: resolve('vue/dist/vue.runtime.esm-bundler.js') },
      ],
    },
  },
  // A page is as GitHub shows it: nothing becomes a link, or typography, by itself.
  markdown: {
    linkify: false,
    anchor: { slugify: anchorOf },
    config: (md) => md.use(siteLinks),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: {
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: 'https://github.com/nx-secrets/nx-secrets' }],
    editLink: {
      pattern: ({ filePath }) => `https://github.com/nx-secrets/nx-secrets/edit/main/docs/${filePath}`,
      text: 'Edit this page',
    },
  },
};
