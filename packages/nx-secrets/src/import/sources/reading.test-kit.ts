import type { Reading } from '../imported';
import { json } from '../../secret-file/payload-json';

/** The values of a reading as a service would get them. */
export const valuesOf = ({ documents }: Pick<Reading, 'documents'>): unknown =>
  JSON.parse(json(documents[0]!, [], 'source'));
