import { readOptions } from './options';
import { parseSecretFile } from './secret-file-name';
import type { Service } from './services';
import { absentStages } from './absent-stages';

const service = (name: string, ...stages: readonly string[]): Service => ({
  name: `${name}-service`,
  root: `apps/${name}`,
  files: stages.map((stage) => parseSecretFile(`${stage}.enc.yaml`)!),
});
const options = readOptions({ stages: ['dev', 'prod', 'old'] });
const [a, b, c] = [service('a', 'dev'), service('b', 'dev', 'prod'), service('c')];

test.each<[string, readonly Service[], readonly string[], readonly string[]]>([
  ['all that is asked for is there', [a, b], ['dev'], []],
  ['one of those that the run is for lacks it', [a, b], ['prod'], ['for stage prod: a-service; ']],
  ['another service has it', [a], ['prod'], ['for stage prod: a-service; ']],
  ['nothing is asked for', [b], [], ['for stage old: b-service; ']],
  [
    'nothing is asked for, a service without files',
    [a, c],
    [],
    ['for stage dev: c-service; ', 'for stage prod: a-service, c-service; ', 'for stage old: '],
  ],
])('%s', (_, services, asked, expected) => {
  const notes = absentStages({ services, everyService: [a, b, c], stages: asked, options });
  expect(notes.map((note, index) => note.includes(expected[index] ?? ''))).toEqual(expected.map(() => true));
});

test('many services are counted', () => {
  const many = Array.from({ length: 8 }, (_, index) => service(`s${index}`, 'dev'));
  const [note] = absentStages({ services: many, everyService: [...many, b], stages: ['prod'], options });
  expect(note).toContain('s0-service, s1-service, s2-service, s3-service, s4-service, 3 more; ');
  expect(note).toContain('init --all --stages=prod');
});

test('a stage asked for by name that nobody has is refused, with what makes it', () => {
  const select = (stages: readonly string[]) =>
    absentStages({ services: [a], everyService: [a, b, c], stages, options });
  expect(() => select(['dev', 'old'])).toThrow(
    /no service has a secret file for stage "old".*init --stages=old/s,
  );
  expect(() => select(['dev', 'prod'])).not.toThrow();
});
