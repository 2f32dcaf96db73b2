import { parseKeyArn } from '../aws/arn';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import type { NamedKey } from '../secret-file/other-key';
import { renamedService } from './renamed-service';

const root = 'services/orders-api';
const options = readOptions({});

/** A stage of orders-api whose file and rule name the key of a service and stage, with or without its context. */
const stage = (name: string, service: string, of = name, hasContext = true) => ({
  names: namesOf('orders-api', name, options, root),
  keys: [keyOf(service, of, hasContext)],
});

function keyOf(service: string, of: string, hasContext: boolean): NamedKey {
  const key = parseKeyArn(`arn:aws:kms:eu-west-1:111122223333:alias/${service}-${of}`)!;
  return hasContext ? { key, context: { service, stage: of } } : { key };
}

test.each<[string, Parameters<typeof renamedService>[0], string | undefined]>([
  ['no stage', [], undefined],
  ['its own keys', [stage('dev', 'orders-api')], undefined],
  ['the keys of one former name', [stage('dev', 'orders'), stage('prod', 'orders')], 'orders'],
  ['a former name by its alias alone', [stage('dev', 'orders', 'dev', false)], 'orders'],
  ['keys of two names', [stage('dev', 'orders'), stage('prod', 'shop')], undefined],
  ['one stage moved already', [stage('dev', 'orders'), stage('prod', 'orders-api')], undefined],
  ["another service's other stage", [stage('dev', 'orders', 'prod')], undefined],
  ['a service that the workspace has', [stage('dev', 'billing')], undefined],
  [
    'the own key among others',
    [{ ...stage('dev', 'orders'), keys: [keyOf('orders', 'dev', true), keyOf('orders-api', 'dev', true)] }],
    undefined,
  ],
])('%s', (_, stages, before) => {
  const problem = renamedService(stages, new Set(['orders-api', 'billing']));
  if (before === undefined) return expect(problem).toBeUndefined();
  expect(problem).toMatchObject({ code: 'serviceRenamed', where: root });
  expect(problem?.what).toContain(`called "${before}"`);
  expect(problem?.fix).toContain('--new-name=orders-api');
});
