import type { DeployStatus, MigrationStatus, StageStatus } from '../contract/deploy.js';

const STAGE_MARKS = { waiting: '○', running: '▶', done: '✔', blocked: '✖', cancelled: '■' } as const;
const MIGRATION_MARKS = { pending: '○', running: '▶', applied: '✔', already: '✔', skipped: '↷', blocked: '✖' } as const;
/** The page is for reading; a long backlog shows its newest and its next. */
const SHOWN = 40;

/** The deploy as a Markdown page for the Web UI. */
export function renderDetails(status: DeployStatus): string {
  const head = `# ${status.target}: ${status.state}\n\nRelease **${status.release.label}** (\`${status.release.digest}\`), started by ${status.startedBy}.`;
  return [head, ...decision(status), ...status.stages.map(stageSection), findings(status), story(status)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function decision(status: DeployStatus): string[] {
  const { fault, target } = status;
  if (status.state === 'blocked' && fault) {
    const skip =
      fault.version === undefined
        ? ''
        : `\n| **skip** | counts ${fault.version} as applied without running it | \`{"by":"you","version":"${fault.version}","reason":"why"}\` |`;
    return [
      `## Blocked\n\n${quote(fault.message)}\n\n**Next:** ${fault.next}`,
      `What was committed before stays. Choose with *More actions → Send an Update*, or on the command line:\n\n| update | what it does | input |\n|---|---|---|\n| **retry** | tries the same again | \`{"by":"you"}\` |${skip}\n| **cancel** | ends this deploy here | \`{"by":"you","reason":"why"}\` |\n\nA fixed release takes over by itself: \`pawl deploy ${target}\`.`,
    ];
  }
  if (status.state === 'waiting for approval')
    return [
      `## Waiting for approval: ${status.approval ?? ''}\n\nSend the update **approve** with \`{"by":"you"}\`, or: \`pawl approve ${target}\`.`,
    ];
  if (status.state === 'held')
    return [`## Held\n\nSend the update **resume** with \`{"by":"you"}\`, or: \`pawl resume ${target}\`.`];
  if (status.holdRequested) return ['A hold is asked for: it stops before the next migration.'];
  return [];
}

function stageSection(stage: StageStatus): string {
  const count = stage.total === 0 ? '' : `: ${stage.applied} of ${stage.total}`;
  const title = `### ${STAGE_MARKS[stage.state]} ${stage.kind}${stage.name === stage.kind ? '' : ` ${stage.name}`}${count}`;
  const shown = stage.migrations.slice(0).slice(-SHOWN);
  const hidden = stage.migrations.length - shown.length;
  const rows = shown.map((migration) => `| ${MIGRATION_MARKS[migration.state]} | ${migration.name} | ${note(migration)} |`);
  if (rows.length === 0) return title;
  return [
    title,
    hidden > 0 ? `${hidden} earlier ones are not shown.` : '',
    ['| | migration | |', '|---|---|---|', ...rows].join('\n'),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function note(migration: MigrationStatus): string {
  const time = migration.milliseconds === undefined ? migration.state : `${migration.milliseconds} ms`;
  return migration.late ? `${time}, late` : time;
}

function findings(status: DeployStatus): string {
  if (status.findings.length === 0) return '';
  return `### Findings\n\n${status.findings.map((finding) => `- ${finding.severity}: ${finding.message}`).join('\n')}`;
}

function story(status: DeployStatus): string {
  if (status.timeline.length === 0) return '';
  return `### Story\n\n${status.timeline
    .slice(-SHOWN)
    .map(({ at, text }) => `- ${at.slice(11, 19)} ${text}`)
    .join('\n')}`;
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
