/** Invalid users, roles or policies; the message has each mistake with its place. */
export class IamError extends Error {}
