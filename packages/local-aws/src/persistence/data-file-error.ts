/** The data file is in use, cannot be read, is damaged, or cannot be written; the message has the fix. */
export class DataFileError extends Error {}
