import { isMap, isSeq, parseDocument, Document } from 'yaml';
import { readConfig, ruleFor } from 'sops-codec';
import { throwProblem } from '../../problem';
import { secretFilePath } from '../../config/secret-file-name';

/** The key of a stage, as a creation rule names it. */
export interface StageKey {
  readonly service: string;
  readonly stage: string;
  /** ARN of the key's alias. */
  readonly arn: string;
}

const heading = ` Who can open the secret files of this service: sops and nx-secrets read these rules when they make a file.
 Yours to edit: add recipients, change an ARN. Then, in this folder: npx sops-codec updatekeys secrets/<stage>.enc.yaml`;

/**
 * The text of a `.sops.yaml` with a creation rule for each stage. Rules are added only for stages that no rule covers
 * yet; what is there stays as it is, comments included.
 *
 * @param text the file as it is, or undefined where there is none
 * @param isOwnFirst a rule that covers a stage without naming its key gets the stage's own rule before it: sops takes the first
 *   one that matches
 * @param where its path, for messages
 * @throws SopsError or ProblemError where the text is not a configuration
 */
export function withStageRules(
  text: string | undefined,
  keys: readonly StageKey[],
  extension: string,
  where: string,
  isOwnFirst = false,
): string {
  const config = readConfig(text ?? '', where);
  const lacks = ({ stage, arn }: StageKey) => {
    const rule = ruleFor(config, secretFilePath(stage, extension));
    return !rule || (isOwnFirst && !rule.groups.flat().some((one) => one.kind === 'kms' && one.arn === arn));
  };
  const missing = keys.filter(lacks);
  if (missing.length === 0 && text !== undefined) return text;
  const document = text === undefined || text.trim() === '' ? emptyConfig() : parseDocument(text);
  const rules = document.get('creation_rules');
  if (!isMap(document.contents) || (rules !== undefined && rules !== null && !isSeq(rules))) {
    throwProblem({
      code: 'badConfig',
      what: 'creation_rules is not a list',
      where,
      fix: 'Write creation_rules as a list of rules, or remove the file.',
    });
  }
  const added = missing.map((key) => document.createNode(stageRule(key)));
  if (isSeq(rules)) {
    rules.flow = false;
    if (isOwnFirst) rules.items.unshift(...added);
    else rules.items.push(...added);
  } else {
    document.set('creation_rules', document.createNode(added));
  }
  return document.toString({ lineWidth: 0 });
}

/**
 * The text of a `.sops.yaml` without the rule that `init` made for a stage. A rule of the user's own making, for several
 * stages say, stays: so does everything else.
 *
 * @throws SopsError or ProblemError where the text is not a configuration
 */
export function withoutStageRule(text: string, stage: string, where: string): string {
  if (text.trim() === '') return text;
  readConfig(text, where);
  const document = parseDocument(text);
  const rules = document.get('creation_rules');
  if (!isSeq(rules)) return text;
  const at = rules.items.findIndex(
    (rule) => isMap(rule) && rule.get('path_regex') === stageRule({ service: '', stage, arn: '' }).path_regex,
  );
  if (at < 0) return text;
  rules.items.splice(at, 1);
  return document.toString({ lineWidth: 0 });
}

function emptyConfig(): Document {
  const document = new Document({ creation_rules: [] });
  document.commentBefore = heading;
  return document;
}

const stageRule = ({ service, stage, arn }: StageKey) => ({
  path_regex: `^secrets/${stage}\\.enc\\.`,
  key_groups: [{ kms: [{ arn, context: { service, stage } }] }],
});
