import { logger } from '@nx/devkit';
import { escapeControlCharacters } from '../../problem';

/** Prints a line, or several. */
export const say = (text: string): void => logger.info(escapeControlCharacters(text));
