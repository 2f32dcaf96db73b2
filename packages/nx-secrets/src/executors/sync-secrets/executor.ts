import type { ExecutorContext } from '@nx/devkit';
import { renderProblem, toProblem } from '../../problem';
import { renderReport, succeeded } from '../../sync/report';
import { runSync } from '../../sync/run-sync';
import { syncRequest, type SyncOptions } from './request';

/** Pushes one service's secret files; the batch executor does the same for many. */
export default async function syncSecrets(
  options: SyncOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '';
    const report = await runSync(await syncRequest([root], options, context));
    console.log(renderReport(report));
    return { success: succeeded(report) };
  } catch (error) {
    console.error(renderProblem(toProblem(error)));
    return { success: false };
  }
}
