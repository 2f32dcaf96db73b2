/** Each page in Chromium, on a phone and on a desktop, light and dark: nothing wider than the screen, nothing illegible. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium as driver } from 'playwright-core';
import { chromium } from '../../tools/interop/programs/chromium.mjs';
import { runProgram } from '../../tools/programs/run-program.mjs';
import { base } from '../.vitepress/config.mjs';
import { builtSite } from '../built-site.mjs';
import { allPages, placeOf } from '../pages.mjs';
import { serve } from './serve.mjs';

const widths = [360, 1280];
const schemes = ['light', 'dark'];
/** Where pictures are kept for whoever wants to look; none are made without it. */
const pictures = process.env.SITE_PICTURES;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('in Chromium', () => {
  let site;
  let browser;
  let tab;
  const reported = [];

  before(async () => {
    const name = await chromium.find();
    assert.ok(name, `${chromium.needs}, or: node tools/interop/provision.mjs`);
    const { stdout: executablePath } = await runProgram('which', [name]);
    site = await serve(builtSite, base);
    // Pages are our own, and containers run as root, where Chromium has no sandbox.
    browser = await driver.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    tab = await context.newPage();
    tab.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) reported.push(message.text());
    });
    tab.on('pageerror', (error) => reported.push(String(error)));
    tab.on('response', (response) => {
      if (!response.ok()) reported.push(`${response.url()}: ${response.status()}`);
    });
    if (pictures) await mkdir(pictures, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    await site?.close();
  });

  test('what is too wide, illegible or reported is seen', async () => {
    reported.length = 0;
    await tab.setViewportSize({ width: 360, height: 800 });
    await tab.goto(`${site.url}start.html`, { waitUntil: 'load' });
    await tab.evaluate(() => {
      const { document, console } = globalThis;
      const paragraph = document.createElement('p');
      paragraph.textContent = 'pale';
      paragraph.style = 'width: 500px; color: #ddd; background: #fff';
      document.querySelector('main .vp-doc > div').prepend(paragraph);
      console.error('reported');
    });
    assert.match((await tab.evaluate(widerThanScreen)).join(), /wide: <p/);
    assert.match((await illegible(tab)).join(), /pale<\/p>: Element has insufficient color contrast/);
    assert.deepEqual(reported, ['reported']);
  });

  for (const page of allPages()) {
    test(`${page}: fits, is legible, reports nothing`, async () => {
      reported.length = 0;
      await tab.goto(`${site.url}${placeOf(page)}.html`, { waitUntil: 'load' });
      const seen = [];
      for (const scheme of schemes) {
        await tab.emulateMedia({ colorScheme: scheme });
        for (const width of widths) {
          await tab.setViewportSize({ width, height: 800 });
          const tooWide = await tab.evaluate(widerThanScreen);
          seen.push(...tooWide.map((what) => `${scheme} ${width}: ${what}`));
          if (pictures)
            await tab.screenshot({
              path: join(pictures, `${page.replace('/', '-')}-${width}-${scheme}.png`),
            });
        }
        seen.push(...(await illegible(tab)).map((what) => `${scheme}: ${what}`));
      }
      assert.deepEqual([...new Set([...seen, ...reported])], []);
    });
  }
});

/** What is wider than the screen, where the page can be scrolled sideways. Runs in the page. */
function widerThanScreen() {
  const { document, innerWidth } = globalThis;
  const { scrollWidth } = document.documentElement;
  if (scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll('main *')].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 1,
  );
  return [`${scrollWidth} wide: ${wide[0]?.outerHTML.slice(0, 120) ?? ''}`];
}

/** Text whose contrast is less than WCAG 2.1 AA wants, by axe. */
async function illegible(tab) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() =>
    globalThis.axe.run(globalThis.document, { runOnly: ['color-contrast'], resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ nodes }) =>
    nodes.map(({ html, any }) => `${html.slice(0, 120)}: ${any[0]?.message ?? ''}`),
  );
}
