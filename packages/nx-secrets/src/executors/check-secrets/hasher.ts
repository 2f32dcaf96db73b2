import { randomUUID } from 'node:crypto';
import type { CustomHasher } from '@nx/devkit';
import type { CheckOptions } from './verb';

/**
 * The hash by which Nx caches a check: that of the target's inputs. A run whose result depends on more (ages depend on the
 * date and on Git's history, a report wants to be written) gets a hash of its own, which no cache knows.
 */
const checkHasher: CustomHasher = async (task, { hasher, taskGraph, projectsConfigurations }) => {
  const hash = await hasher.hashTask(task, taskGraph, process.env);
  const { project, target, configuration } = task.target;
  const known = projectsConfigurations.projects[project]?.targets?.[target];
  const given: CheckOptions = {
    ...(known?.options as CheckOptions | undefined),
    ...(known?.configurations?.[configuration ?? ''] as CheckOptions | undefined),
    ...(task.overrides as CheckOptions | undefined),
  };
  const cacheable = given.maxAge === undefined && given.json === undefined;
  return cacheable ? hash : { ...hash, value: `${hash.value}-${randomUUID()}` };
};

export default checkHasher;
