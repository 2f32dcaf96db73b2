import { namesOf } from '../../config/names';
import type { Options } from '../../config/options';
import { readSecretFiles, type Service } from '../../config/services';
import type { Entry, Outcome } from '../../report';
import type { Recorder } from '../reported';

/** The entry of a stage in the report of `rename`: by the name of its secret, as far as that can be told. */
export function entryOf(
  { name: service, root }: Pick<Service, 'name' | 'root'>,
  stage: string,
  options: Options,
  outcome: Outcome,
): Entry {
  return { service, stage, name: secretName(service, stage, options, root), root, outcome };
}

function secretName(service: string, stage: string, options: Options, root: string): string {
  try {
    return namesOf(service, stage, options, root).secretName;
  } catch {
    return ''; // A name that AWS refuses is reported where it is used.
  }
}

/** Records that all stages of a service ended in one way; the service alone where it has no files. */
export async function recordStages(
  workspaceRoot: string,
  service: Pick<Service, 'name' | 'root'>,
  options: Options,
  kind: string,
  record: Recorder,
): Promise<void> {
  const files = await readSecretFiles(workspaceRoot, service.root);
  if (files.length === 0)
    record.entry({ service: service.name, stage: '', name: '', root: service.root, outcome: { kind } });
  for (const { stage } of files) record.entry(entryOf(service, stage, options, { kind }));
}
