import { renderProblem } from '../problem';
import { aliasProblem } from './alias';
import { textAsInstalled } from './plugin-name';

test.each(['nx-secrets', '@acme/secrets'])('%s is a name that no stranger can have', (name) => {
  expect(aliasProblem(name)).toBeUndefined();
});

test.each(['secrets', 'sec'])('%s is reported with the way to the own name', (name) => {
  const text = renderProblem(aliasProblem(name)!);
  expect(text).toContain(`nx migrate ${name} would replace it`);
  expect(text).toMatch(/\n *npx nx add nx-secrets(\n|$)/);
  expect(text.includes('--short-name')).toBe(name === 'secrets');
});

test("under Plug'n'Play commands begin with yarn", () => {
  const text = 'npx nx g nx-secrets:init, npx nx run a:sync-secrets, npx sops-codec';
  expect(textAsInstalled(text, 'nx-secrets', true)).toBe(
    'yarn nx g nx-secrets:init, yarn nx run a:sync-secrets, npx sops-codec',
  );
  expect(textAsInstalled(text, 'x', false)).toBe(text.replace('nx-secrets', 'x'));
});
