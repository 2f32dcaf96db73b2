/**
 * The main job from an empty folder to a secret in the service's hands, with real parts: the packed packages, Nx, Git,
 * Powertools, and local-aws in place of AWS. Ends with exit code 1 if any step is not as it should be.
 */
import { mkdir } from 'node:fs/promises';
import { awsEnvironment } from '../aws/environment.mjs';
import { recordResults } from '../ci/record.mjs';
import { privateFolder } from '../private-folder.mjs';
import { workspaceEnvironment } from '../workspaces/environment.mjs';
import { tarballs, writeFiles } from '../workspaces/scaffold.mjs';
import { startLocalAws } from './local-aws.mjs';
import { demoFiles, readerPackages } from './scaffold.mjs';
import { firstLineNotIn, shownTexts } from './shown-lines.mjs';
import * as steps from './steps.mjs';
import { createTranscript } from './transcript.mjs';

const startedAt = performance.now();
const folder = await privateFolder('nx-secrets-demo');
const workspace = `${folder.path}/acme`;
const temporary = `${folder.path}/tmp`;
const env = workspaceEnvironment(temporary);
const show = createTranscript({ cwd: workspace, env });
let aws;

try {
  await mkdir(temporary);
  await writeFiles(workspace, demoFiles);
  show.heading(`A workspace with two services, in ${workspace}`);
  await show.command('npm', ['install', '-D', '--prefer-offline', ...tarballs]);
  await show.command('npm', ['install', '--prefer-offline', ...readerPackages]);
  await show.command('git', ['init', '--quiet', '--initial-branch=main']);
  await show.command('git', ['add', '.']);
  await show.command('git', ['commit', '--quiet', '-m', 'Workspace']);

  show.heading('AWS, for today: local-aws on loopback');
  aws = await startLocalAws(workspace, '../local-aws.json', env);
  Object.assign(env, awsEnvironment(aws.endpoint, temporary));
  console.log(`\n$ ${aws.command} &`);

  const context = { show, aws, workspace, folder: folder.path, dataFile: `${folder.path}/local-aws.json` };
  await steps.setUpServices(context);
  const values = await steps.setValues(context);
  await steps.pushAll(context);
  const changed = await steps.changeOne(context);
  await steps.pushChanged(context);
  await steps.readBack(context, changed);
  await steps.findNoCanary(context, [...values, changed]);

  show.heading('What the pages show of this run');
  for (const [name, text] of Object.entries(await shownTexts())) {
    const missing = firstLineNotIn(text, show.shown());
    show.check(`${name} is what was printed`, missing === undefined, `"${missing}" was not printed`);
  }
} catch (error) {
  show.check('the demo runs to its end', false, error.message);
} finally {
  await aws?.stop();
  await folder.remove();
}

const { passed, failed } = show.counts;
recordResults('demo', show.counts);
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(
  `\n${failed === 0 ? '✓' : '✗'} ${passed} things shown, ${failed} not as they should be, ${seconds} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
