/** Writes docs/sops-codec-members.md from the TSDoc of sops-codec. */
import { writeFile } from 'node:fs/promises';
import { exportedMembers } from './members.mjs';
import { pageOf, pagePath } from './page.mjs';

await writeFile(pagePath, await pageOf(exportedMembers()));
