import type { PreTasksExecution } from '@nx/devkit';
import { requestedConfiguration, requestedConfigurationVariable } from './requested-configuration';
import { cacheDay, cacheDayVariable } from './cache-day';
import { unhashedFiles, unhashedFilesVariable } from './unhashed-files';

/** Hands over what hashing and executors do not learn from Nx, before tasks are hashed and run. */
export const preTasksExecution: PreTasksExecution = async (_options, { argv, workspaceRoot }) => {
  process.env[cacheDayVariable] = cacheDay(argv);
  process.env[requestedConfigurationVariable] = requestedConfiguration(argv) ?? '';
  process.env[unhashedFilesVariable] = await unhashedFiles(workspaceRoot);
};
