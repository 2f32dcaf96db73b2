/** The accounts of the guide's company; the third is the one that a stage moves to. */
export const [nonprod, prod, moved] = ['111122223333', '444455556666', '777788889999'] as const;

/** Profiles of those who sign in by Identity Center; each has what the guide calls it. */
export const signIns = {
  'nonprod-admin': { account: nonprod, set: 'AdministratorAccess' },
  'prod-admin': { account: prod, set: 'AdministratorAccess' },
  'nonprod-new-admin': { account: moved, set: 'AdministratorAccess' },
  nonprod: { account: nonprod, set: 'Developer' },
  prod: { account: prod, set: 'Developer' },
  'nonprod-new': { account: moved, set: 'Developer' },
  'nonprod-leaver': { account: nonprod, set: 'Developer', who: 'leaver' },
} as const;
/** Somebody who leaves the company. */
export const leaver = `
[profile leaver]
role_arn = arn:aws:iam::${nonprod}:role/secrets-developer
source_profile = nonprod-leaver
region = eu-west-1
`;
