import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { historyText } from '../support/history.js';

let project: DeployProject | undefined;
afterEach(() => project?.remove());

it('no DSN, SQL text or row value is in the history, the log or the terminal', async () => {
  project = await createDeployProject({
    files: {
      'migrations/001_a.sql': `create table customer_of_ours (mail text unique, age int); insert into customer_of_ours values ('row-value@example.org', 7), ('other-value@example.org', 9);`,
      'migrations/002_unique.sql': `insert into customer_of_ours values ('row-value@example.org', 8);`,
      'migrations/003_raise.sql': `do $$ begin raise exception 'bad mail %', (select mail from customer_of_ours limit 1); end $$;`,
      'migrations/004_cast.sql': `select mail::int from customer_of_ours;`,
      'migrations/005_check.sql': `alter table customer_of_ours add constraint of_age check (age > 18);`,
      'migrations/006_index.sql': `insert into customer_of_ours values (null, 1), (null, 1); create unique index concurrently ages on customer_of_ours (age);`,
      'constraints/101_check.sql': `alter table customer_of_ours add constraint known check (mail like 'literal_in_check%');`,
      'constraints/102_index.sql': `create unique index one on customer_of_ours ((mail <> 'literal_in_index')) where mail <> 'literal_in_condition';`,
      'assertions/adult.sql': `select age > 18 as literal_in_sql from customer_of_ours;`,
    },
    stages: '      - migrate: migrations\n      - constraints: constraints\n      - assert: assertions',
  });
  const worker = await project.startWorker();
  const blockedOn: string[] = [];
  let terminal = '';
  for (;;) {
    const { code, stderr } = await project.pawl('deploy');
    terminal += stderr.replaceAll(/^\s+\d* \|.*$/gm, '');
    expect(code).toBe(3);
    const version = /is blocked at (\d+)/.exec(stderr)?.[1];
    if (version === undefined) break;
    blockedOn.push(version);
    const skipped = await project.pawl('skip', project.target, version, '--reason', 'test');
    expect(skipped.code).toBe(0);
  }
  expect(blockedOn).toEqual(['2', '3', '4', '5', '6', '101', '102']);
  await project.pawl('cancel', project.target);

  const history = await historyText(`deploy/${project.target}`);
  expect(history).toMatch(/002_unique\.sql/);
  const { stdout, stderr } = worker.output();
  const password = new URL(project.database.url).password;
  for (const [place, text] of Object.entries({ history, log: stdout + stderr, terminal })) {
    for (const secret of [
      'row-value@example.org',
      'literal_in_sql',
      'literal_in_check',
      'literal_in_index',
      'literal_in_condition',
      'insert into customer_of_ours',
      'raise exception',
      'create unique index concurrently',
      password,
      project.database.url,
    ]) {
      expect(text.includes(secret), `${secret} in the ${place}`).toBe(false);
    }
  }
});
