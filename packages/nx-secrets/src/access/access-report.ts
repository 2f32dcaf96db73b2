import { actorName, type Actor } from './actor';
import { capabilityText } from './capability-text';
import type { Access } from './access';
import type { Capability } from './capability';
import { kindsInNxJson, neverKnown, type StageAccess, type Unknown } from './stage-access';

/** What `--json` writes: who may do what, by stage. Fields are only added, never renamed. */
export function accessReport(stages: readonly StageAccess[], milliseconds: number) {
  return {
    success: true,
    milliseconds: Math.round(milliseconds),
    counts: {
      stages: stages.length,
      differences: stages.reduce((sum, stage) => sum + differencesOf(stage).length, 0),
      unknown: stages.reduce((sum, stage) => sum + stage.unknown.length, 0),
    },
    entries: stages.map(entryOf),
    notes: neverKnown.map((one) => `not covered: ${one}`),
  };
}

function entryOf(stage: StageAccess) {
  const { service, address, secretName, keyAlias, account, regions, key, accesses, file } = stage;
  return {
    service,
    stage: stage.stage,
    name: secretName,
    root: address.root,
    outcome: stage.unknown.length === 0 ? 'known' : 'known-in-part',
    keyAlias,
    ...(stage.kmsKeyArn === undefined ? {} : { kmsKeyArn: stage.kmsKeyArn }),
    account,
    regions,
    ...(key === undefined ? {} : { key }),
    access: [...accesses.map((one) => accessOf(one, stage)), ...recipientsOf(stage)],
    ...(file ? { keys: file.keys, pending: file.pending, unencrypted: file.unencrypted } : {}),
    differences: differencesOf(stage),
    unknown: stage.unknown.map(unknownOf),
    notes: stage.notes,
  };
}

const accessOf = (
  { actor, capability, sources, conditions, needs, regions }: Access,
  stage: StageAccess,
) => ({
  ...who(actor, stage),
  ...capabilityOf(capability),
  sources,
  conditions,
  needs,
  regions,
  ...(actor.assumableBy ? { assumableBy: actor.assumableBy } : {}),
});

const who = (actor: Actor, stage: StageAccess) => {
  const inNxJson = kindsInNxJson(actor, stage);
  return {
    who: actorName(actor, stage.account),
    ...(actor.kind === 'AWS' ? { arn: actor.arn } : {}),
    ...(inNxJson.length > 0 ? { inNxJson } : {}),
  };
};

const capabilityOf = ({ access, of, action }: Capability) => ({
  access,
  of,
  ...(action === undefined ? {} : { action }),
  capability: capabilityText({ access, of }, action === undefined ? [] : [action]),
});

const recipientsOf = ({ file }: StageAccess) =>
  (file?.recipients ?? []).map(({ kind, identity, opens, keys, status }) => ({
    who: `${kind} ${identity}`,
    access: 'read' as const,
    of: opens === 'the file' ? ('file' as const) : ('pending value' as const),
    ...(keys.length > 0 ? { keys } : {}),
    capability: `opens ${opens}`,
    sources: [{ kind: 'recipient of the file', name: status }],
    conditions: [],
    needs: [],
  }));

/** All differences, those of recipients among them. */
function differencesOf(stage: StageAccess) {
  const { differences, file, account } = stage;
  return [
    ...differences.map((one) =>
      one.kind === 'allowed, not in nx.json'
        ? {
            kind: one.kind,
            certain: one.access.needs.length === 0,
            who: actorName(one.access.actor, account),
            ...capabilityOf(one.access.capability),
          }
        : {
            kind: one.kind,
            certain: true,
            who: actorName(one.actor, account),
            ...capabilityOf(one.capability),
            why: one.why,
          },
    ),
    ...(file?.recipients ?? [])
      .filter(({ status }) => status === 'not listed')
      .map(({ kind, identity, opens }) => ({
        kind: 'allowed, not in nx.json' as const,
        certain: true,
        who: `${kind} ${identity}`,
        access: 'read' as const,
        of: 'file' as const,
        capability: `opens ${opens}`,
      })),
    ...(file?.absent ?? []).map(({ kind, identity }) => ({
      kind: 'in nx.json, not allowed' as const,
      certain: true,
      who: `${kind} ${identity}`,
      access: 'read' as const,
      of: 'file' as const,
      capability: 'opens the file',
      why: 'it is not among the recipients of the file',
    })),
  ];
}

const unknownOf = ({ what, needs, code, why, fix }: Unknown) => ({
  what,
  ...(needs === undefined ? {} : { needs }),
  code,
  why,
  fix,
});
