import type { YAMLMap } from 'yaml';
import { isMap } from 'yaml';
import { SopsError } from '../model/sops-error';
import { configError, count, field, mappings, openConfig, text, type ConfigReader } from './config-node';
import { ruleReader, type CreationRule } from './creation-rules';
import { compileRegex } from './regex';

/** Where files are published. */
export type Destination =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'gcs'; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: 'vault';
      /** Empty where the environment names it. */
      readonly address: string;
      readonly path: string;
      readonly mount: string;
      readonly version: 1 | 2;
    };

/** How files whose path matches are published. */
export interface DestinationRule {
  /** RE2, searched in the path as it is given; a rule without one applies to every file. */
  readonly pathRegex: string | undefined;
  /** Undefined where the rule names none. */
  readonly destination: Destination | undefined;
  /** For whom the file is encrypted again before it is uploaded; without recipients it is uploaded as it is. */
  readonly recreation: CreationRule | undefined;
  /** Whether the names there have no extension. */
  readonly omitExtensions: boolean;
  /** The place of the rule, for messages. */
  readonly where: string;
}

/**
 * Reads the `destination_rules` of a `.sops.yaml`. Source: sops `config/config.go` (parseDestinationRuleForFile)
 *
 * @param where its path, for messages
 * @throws SopsError `badConfig` with the path, line and column
 */
export function readDestinations(content: string, where: string): readonly DestinationRule[] {
  const { root, reader } = openConfig(content, where);
  const rules = root && field(root, 'destination_rules', reader);
  if (rules === undefined) return [];
  const readRule = ruleReader(reader);
  return mappings(rules, 'destination_rules', reader).map((rule) => {
    const recreation = field(rule, 'recreation_rule', reader);
    if (recreation !== undefined && !isMap(recreation))
      throw configError('recreation_rule is not a mapping', reader.at(recreation).place);
    const pathRegex = text(rule, 'path_regex', reader) || undefined;
    if (pathRegex !== undefined) compileRegex(pathRegex, `path_regex, ${reader.at(rule).place}`);
    return {
      pathRegex,
      destination: destinationOf(rule, reader),
      recreation: recreation && readRule(recreation),
      omitExtensions: text(rule, 'omit_extensions', reader) === 'true',
      where: reader.at(rule).place,
    };
  });
}

/**
 * The first rule that applies to a path.
 *
 * @throws SopsError `noMatchingRule`
 */
export function destinationFor(rules: readonly DestinationRule[], path: string): DestinationRule {
  const rule = rules.find(
    ({ pathRegex }) => pathRegex === undefined || compileRegex(pathRegex, 'path_regex')(path),
  );
  if (rule !== undefined) return rule;
  throw new SopsError('noMatchingRule', {
    what: 'no matching destination found in config',
    where: path,
    fix: 'Add a rule to destination_rules in .sops.yaml whose path_regex matches the path as it is given.',
  });
}

function destinationOf(rule: YAMLMap, reader: ConfigReader): Destination | undefined {
  const one = (name: string) => text(rule, name, reader) ?? '';
  const [s3, gcs, vault] = [one('s3_bucket'), one('gcs_bucket'), one('vault_path')];
  if ([s3, gcs, vault].filter(Boolean).length > 1)
    throw configError('a rule has more than one destination', reader.at(rule).place);
  if (s3) return { kind: 's3', bucket: s3, prefix: one('s3_prefix') };
  if (gcs) return { kind: 'gcs', bucket: gcs, prefix: one('gcs_prefix') };
  if (!vault) return undefined;
  return {
    kind: 'vault',
    address: one('vault_address'),
    path: withSlash(vault),
    mount: withSlash(one('vault_kv_mount_name') || 'secret'),
    version: count(rule, 'vault_kv_version', reader) === 1 ? 1 : 2,
  };
}

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
