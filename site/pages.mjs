import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../tools/packages.mjs';
import { groups } from './navigation.mjs';

/** The folder of the pages: what GitHub and the npm packages show, the site shows. */
export const docs = join(repository, 'docs');

/** Paths of all pages in docs/, without `.md`, in order. */
export const allPages = () =>
  readdirSync(docs, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md'))
    .map((path) => path.slice(0, -3))
    .sort();

/** The first heading of a page, without Markdown. */
export const titleOf = (page) =>
  /^# (.+)$/m.exec(readFileSync(join(docs, `${page}.md`), 'utf8'))?.[1].replaceAll('`', '') ?? page;

/** What the navigation calls a page: its title, without what explains it. */
export const shortTitleOf = (page) => {
  const title = titleOf(page);
  const [name, more = ''] = title.split(/: |, (?=and |where )/);
  return more.length > 16 ? name : title;
};

/** Where the site has a page. A folder's README is its index. */
export const placeOf = (page) => page.replace(/(^|\/)README$/, '$1index');

/** Decisions, which are in the navigation under their index and by number. */
export const decisions = () => allPages().filter((page) => /^decisions\/\d/.test(page));

/** The navigation as VitePress takes it. */
export const sidebar = () =>
  groups.map(({ text, pages }) => ({
    text,
    items: pages.map((page) =>
      page === 'decisions/README'
        ? { ...item(page), collapsed: true, items: decisions().map(item) }
        : item(page),
    ),
  }));

const item = (page) => ({
  text: shortTitleOf(page),
  link: `/${placeOf(page).replace(/(^|\/)index$/, '$1')}`,
});
