/** Users and roles by account, as the README has them; what is in an account is checked when it is used. */
export interface IamInput {
  readonly accounts: Readonly<Record<string, unknown>>;
}
