/**
 * A plain file of each format, with what the format can hold: nesting, numbers at the edges, Unicode, comments, empty
 * things. `password` is the path of a value that the suites change, where the format has paths.
 */
export const samples = [
  {
    format: 'yaml',
    name: 'dev.enc.yaml',
    password: ['nested', 'password'],
    text: `# database of the service
DATABASE_URL: postgres://app:p%40ss@db/users
port: 5432
big: 9223372036854775807
negative: -1
ratio: 0.1
enabled: true
nothing: null
empty: ""
unicode: "naïve ☃ 𝄞"
since: 2026-11-24T10:00:00Z
region_unencrypted: eu-west-1
multiline: |
  first line
    second, indented
nested:
  # inside
  list:
    - one
    - 2
    - deep: value
  password: hunter2 # behind a value
`,
  },
  {
    format: 'json',
    name: 'dev.enc.json',
    password: ['nested', 'password'],
    text: `{
	"DATABASE_URL": "postgres://app:p%40ss@db/users",
	"port": 5432,
	"ratio": 0.25,
	"enabled": false,
	"empty": "",
	"unicode": "naïve ☃ 𝄞 \\u2028 <&>",
	"region_unencrypted": "eu-west-1",
	"nested": {
		"list": [
			"one",
			2,
			{
				"deep": "value"
			}
		],
		"password": "hunter2"
	}
}
`,
  },
  {
    format: 'dotenv',
    name: 'dev.enc.env',
    password: ['password'],
    text: `# database of the service
DATABASE_URL=postgres://app:p%40ss@db/users
PORT=5432
EMPTY=
QUOTED="as it is"
UNICODE=naïve ☃ 𝄞
REGION_unencrypted=eu-west-1
password=hunter2
`,
  },
  {
    format: 'ini',
    name: 'dev.enc.ini',
    password: ['mail', 'password'],
    text: `; database of the service
[database]
DATABASE_URL = postgres://app:p%40ss@db/users
port         = 5432
region_unencrypted = eu-west-1

[mail]
; of the relay
password = hunter2
unicode  = naïve ☃ 𝄞
`,
  },
  {
    format: 'binary',
    name: 'dev.enc.bin',
    password: undefined,
    text: Buffer.from([0, 255, 254, 10, 13, 0x80, ...Buffer.from('hunter2 ☃\n')]),
  },
];

/** Rules that say which values are encrypted, as the codec and as sops spell them. */
export const rules = [
  { name: 'the default rule', rule: undefined, config: {} },
  {
    name: 'encrypted_regex',
    rule: { kind: 'encrypted_regex', pattern: '^(password|DATABASE_URL)$' },
    config: { encrypted_regex: '^(password|DATABASE_URL)$' },
  },
];
