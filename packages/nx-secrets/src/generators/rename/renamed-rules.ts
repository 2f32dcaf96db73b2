import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { parseKeyArn } from '../../aws/arn';

/** What a stage's key was called, and what it is called now. */
export interface KeyMove {
  readonly stage: string;
  /** Aliases, `alias/` included. */
  readonly from: string;
  readonly to: string;
  /** The service's name now. */
  readonly service: string;
}

/** An ARN of a former alias as that of the alias now; any other ARN as it is. */
export function movedArn(arn: string, moves: readonly Pick<KeyMove, 'from' | 'to'>[]): string {
  const key = parseKeyArn(arn);
  const move = key && moves.find(({ from }) => from === key.resource);
  return move ? `${arn.slice(0, -move.from.length)}${move.to}` : arn;
}

/**
 * The text of a `.sops.yaml` whose rules name the keys by their names now, with the service's name now in the encryption
 * context. All else stays as it is, comments included.
 */
export function renamedRules(text: string, moves: readonly KeyMove[]): string {
  const document = parseDocument(text);
  let changed = false;
  const moveTo = (arn: string) =>
    moves.find(({ from, to }) => [from, to].includes(parseKeyArn(arn)?.resource ?? ''));
  visit(document, {
    Map(_, map) {
      const arn: unknown = map.get('arn');
      const move = typeof arn === 'string' ? moveTo(arn) : undefined;
      const context: unknown = map.get('context');
      if (!move || !isMap(context)) return;
      if (context.get('service') === undefined || context.get('service') === move.service) return;
      context.set('service', move.service);
      changed = true;
    },
    Scalar(_, scalar) {
      if (!isScalar(scalar) || typeof scalar.value !== 'string') return;
      const moved = scalar.value.replaceAll(/[^\s,]+/g, (word) => movedArn(word, moves));
      if (moved === scalar.value) return;
      scalar.value = moved;
      changed = true;
    },
  });
  return changed ? document.toString({ lineWidth: 0 }) : text;
}
