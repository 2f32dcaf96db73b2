import type { Repairs } from './states';

/** What was repaired, for the report; empty where nothing was. */
export const repairNote = ({ restore, key, tags, description, replicas, withoutKey }: Repairs): string =>
  [
    restore ? 'was scheduled for deletion' : '',
    key === undefined ? '' : `key was ${key}`,
    tags ? `tags ${Object.keys(tags).join(', ')}` : '',
    description === undefined ? '' : 'description',
    replicas ? `replica in ${replicas.join(', ')}` : '',
    withoutKey
      ? `no replica in ${withoutKey.join(', ')} yet: the key does not exist there; sync again for the steps`
      : '',
  ]
    .filter(Boolean)
    .join('; ');
