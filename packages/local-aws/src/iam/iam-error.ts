/** Users, roles and policies that cannot be used; the message says where what is wrong. */
export class IamError extends Error {}
