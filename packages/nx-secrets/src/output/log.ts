import { logger } from '@nx/devkit';
import { escapeControlCharacters } from '../problem';

/** Shows a text as generators of Nx do. Names in it come from files, so its control characters are shown as escapes. */
export const log = (text: string): void => logger.info(escapeControlCharacters(text));
