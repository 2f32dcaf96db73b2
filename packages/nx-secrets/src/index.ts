import { createNodes } from './plugin/create-nodes';

export { createNodes };
export { preTasksExecution } from './plugin/pre-tasks-execution';
/** The name that Nx before 23 looks for. */
export const createNodesV2 = createNodes;
export type { RawOptions as SecretsPluginOptions, StageOptions } from './config/options';
