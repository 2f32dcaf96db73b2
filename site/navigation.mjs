/**
 * The pages in the order in which they are read: group by group, as paths in docs/ without `.md`. A test holds that every
 * page is in it.
 */
export const groups = [
  {
    text: 'Start here',
    pages: [
      'README',
      'install',
      'start',
      'from-sops-files',
      'from-dotenv',
      'from-secrets-manager',
      'from-terraform',
    ],
  },
  { text: 'Guides', pages: ['roll-out', 'least-privilege', 'rotation', 'drift', 'terraform-and-cdk'] },
  { text: 'Why', pages: ['one-secret-one-key', 'comparison', 'threat-model', 'benchmarks'] },
  {
    text: 'Reference',
    pages: ['reference', 'options', 'errors', 'sops-codec-api', 'sops-codec-members', 'compatibility'],
  },
  { text: 'How it is made', pages: ['architecture', 'decisions/README'] },
];
