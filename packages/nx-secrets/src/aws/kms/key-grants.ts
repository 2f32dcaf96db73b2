import type { Clients } from '../clients';
import { callKms } from './kms-call';

/** A grant of a key: it lets somebody use the key besides its policy. Source: KMS API Reference, GrantListEntry. */
export interface Grant {
  readonly id: string;
  /** ARN of a role, user or session, or the name of a service. */
  readonly grantee: string;
  readonly operations: readonly string[];
  /** The encryption context that its use is bound to. */
  readonly context?: {
    readonly kind: 'subset' | 'equals';
    readonly pairs: Readonly<Record<string, string>>;
  };
}

/** The grants of a key. @throws ProblemError where KMS refuses */
export const keyGrants = (clients: Clients, keyId: string): Promise<readonly Grant[]> =>
  callKms<readonly Grant[]>(clients, {
    operation: 'ListGrants',
    resource: keyId,
    send: async ({ paginateListGrants }, client) => {
      const grants: Grant[] = [];
      for await (const page of paginateListGrants({ client, pageSize: 100 }, { KeyId: keyId })) {
        for (const { GrantId, GranteePrincipal, Operations, Constraints } of page.Grants ?? []) {
          const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = Constraints ?? {};
          grants.push({
            id: GrantId ?? '',
            grantee: GranteePrincipal ?? '',
            operations: (Operations ?? []).map(String),
            ...(equals ? { context: { kind: 'equals', pairs: equals } } : {}),
            ...(!equals && subset ? { context: { kind: 'subset', pairs: subset } } : {}),
          });
        }
      }
      return grants;
    },
  });
