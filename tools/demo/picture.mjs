/**
 * The picture of the README: docs/pictures/demo.svg, a terminal with the lines of docs/pictures/demo.txt. The demo checks
 * that it prints these lines, a test that the picture is made of them: node tools/demo/picture.mjs
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../packages.mjs';

export const picturePath = join(repository, 'docs/pictures/demo.svg');
export const pictureTextPath = join(repository, 'docs/pictures/demo.txt');

const font = 13;
const lineHeight = 19;
const top = 52;
const width = 760;
/** Seconds between one command and the next. */
const pace = 0.9;

/**
 * A terminal as SVG, dark on every page. Commands and what they print light up one after the other; where the reader wants no
 * motion, or the program that shows it has none, all is bright at once.
 *
 * @param {string} text lines, with an empty one before each command
 */
export function pictureOf(text) {
  const lines = text.trimEnd().split('\n');
  const height = top + lines.length * lineHeight + 10;
  let command = -1;
  const rows = lines.flatMap((line, index) => {
    if (/^\S*\$ /.test(line)) command++;
    if (line === '') return [];
    const y = top + index * lineHeight;
    return [`<text class="${kindOf(line)} c${command}" x="20" y="${y}">${spans(line)}</text>`];
  });
  const delays = Array.from(
    { length: command + 1 },
    (_, index) => `.c${index}{animation-delay:${(0.3 + index * pace).toFixed(1)}s}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">A terminal: a service gets its secret files and keys, a value is set, and only what changed is pushed</title>
<style>
text{font:${font}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d0d7de;white-space:pre}
.command{fill:#fff;font-weight:600}.good{fill:#7ee787}.quiet{fill:#a8b1bb}.prompt{fill:#79c0ff;font-weight:400}
@media (prefers-reduced-motion:no-preference){text{animation:show .25s ease-out both}${delays.join('')}}
@keyframes show{from{opacity:.3}to{opacity:1}}
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="#0d1117" stroke="#444c56"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
${rows.join('\n')}
</svg>
`;
}

function kindOf(line) {
  if (/^\S*\$ /.test(line)) return 'command';
  if (/^(?:created|updated) /.test(line)) return 'good';
  return /^(?:unchanged|wrote|made|UPDATE) /.test(line) ? 'quiet' : 'plain';
}

/** The line as text of SVG: the prompt, and so the folder, in a colour of its own. */
function spans(line) {
  const [, prompt, rest] = /^(\S*\$ )?(.*)$/.exec(line);
  return `${prompt ? `<tspan class="prompt">${escape(prompt)}</tspan>` : ''}${escape(rest)}`;
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await writeFile(picturePath, pictureOf(await readFile(pictureTextPath, 'utf8')));
