import { file, playChapter, root, type DriftWorkspace } from './drift.test-kit';

const rewrite = async (workspace: DriftWorkspace, path: string, change: (text: string) => string) => {
  const before = workspace.read(path);
  const after = change(before);
  if (after === before) throw new Error(`${path} has not changed`);
  await workspace.write({ [path]: after });
};

const stranger = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

playChapter(
  'The file',
  {
    'it is the file of another stage': async (workspace) => {
      await workspace.init({ directory: root, stages: 'prod' });
      await workspace.write({ [file]: workspace.read(`${root}/secrets/prod.enc.yaml`) });
    },
    'a value is in plaintext': (workspace) =>
      rewrite(workspace, file, (text) => text.replace(/^A: .*$/m, 'A: two')),
    'it is not encrypted': (workspace) => rewrite(workspace, file, () => 'A: two\n'),
    'a value is damaged': (workspace) =>
      rewrite(workspace, file, (text) =>
        text.replace(/(data:)(.)/, (_, data: string, one: string) => `${data}${one === 'A' ? 'B' : 'A'}`),
      ),
    'its MAC is gone': (workspace) => rewrite(workspace, file, (text) => text.replace(/^ +mac: .*\n/m, '')),
    'its rule is gone': (workspace) => rewrite(workspace, `${root}/.sops.yaml`, () => 'creation_rules: []\n'),
  },
  true,
);

playChapter('Who can open the file', {
  'it has a recipient that nx.json does not name': async (workspace) => {
    const rules = `${root}/.sops.yaml`;
    await rewrite(workspace, rules, (text) =>
      text.replace(
        /^( +)- kms:/m,
        (_, space: string) => `${space}- age:\n${space}    - ${stranger}\n${space}  kms:`,
      ),
    );
    await workspace.paste(`npx sops-codec --config ${rules} updatekeys --yes ${file}`);
    await workspace.git('checkout', 'HEAD', '--', rules);
    await workspace.commit();
  },
});
