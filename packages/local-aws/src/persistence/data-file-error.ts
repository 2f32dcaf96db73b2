/** The data file is in use, cannot be read, is damaged, or cannot be written; the message says what to do. */
export class DataFileError extends Error {}
