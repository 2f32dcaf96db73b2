/** Secrets arrive as environment variables: ECS has filled them in before this process starts. */
const { DATABASE_URL, SMTP_PASSWORD } = process.env;

if (!DATABASE_URL || !SMTP_PASSWORD) {
  console.error('DATABASE_URL and SMTP_PASSWORD must be set: see "secrets" in task-definition.json');
  process.exit(1);
}
console.log(`report-service: database at ${new URL(DATABASE_URL).host}`);
