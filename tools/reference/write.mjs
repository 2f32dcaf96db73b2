/** Writes docs/sops-codec-members.md from the TSDoc of sops-codec, and docs/options.md from the schemas of nx-secrets. */
import { writeFile } from 'node:fs/promises';
import { commands, nxJsonSchema } from './commands.mjs';
import { exportedMembers } from './members.mjs';
import { optionsPage, optionsPagePath } from './options-page.mjs';
import { pageOf, pagePath } from './page.mjs';

await writeFile(pagePath, await pageOf(exportedMembers()));
await writeFile(optionsPagePath, await optionsPage(nxJsonSchema(), commands()));
