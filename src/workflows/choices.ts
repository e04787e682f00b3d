import { choicesOf, type Choice } from '../contract/choices.js';
import type { DeployStatus } from '../contract/deploy.js';
import { approvalText } from '../contract/approval.js';
import { signingCommand } from '../contract/signed-approval.js';
import { codeSpan as code, plainMarkdown } from '../text/markdown.js';
import { list, literal } from './markdown.js';

/** What a person can do now, by clicking and by typing; where nothing has to be decided, what happens by itself. */
export function choicesSection(status: DeployStatus): string {
  const { target, state } = status;
  const choices = choicesOf(status).filter(isUpdate);
  if (choices.length === 0) return ending(status);
  const items = choices.map(({ verb, effect, data }) => `**${verb}**: ${plainMarkdown(effect)}. ${code(JSON.stringify(data))}`);
  const commands = choices.map(({ command }) => command);
  return [
    heading(status),
    ...signing(status),
    list(items),
    'Click *More Actions*, *Send an Update*; choose the name, **paste** the data with your own name and reason (when typed here, the letter r is lost: it is a shortcut of this tab). Or type:',
    literal(commands),
    state === 'blocked'
      ? `When a file is wrong, correct it: the corrected release takes over from here. ${code(`pawl deploy ${target}`)}`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function heading({ state, approval, approving, startedBy, holdRequested }: DeployStatus): string {
  switch (state) {
    case 'blocked':
      return '## Choose';
    case 'held':
      return '## Held: it waits for resume, however long';
    case 'waiting for approval':
      return [`## Waits for approval: ${code(approval ?? '')}`, plainMarkdown(approvalText(approving, startedBy))]
        .filter(Boolean)
        .join('\n\n');
    default:
      return [
        `## ${holdRequested ? 'A hold is asked for: it stops before the next migration' : 'It continues by itself'}`,
        'When it stays at one step, *Pending Activities* says which attempt that is, why the last one failed and whom it waits for.',
      ].join('\n\n');
  }
}

/** Whoever has nothing but this page and OpenSSH can approve too. */
function signing({ state, approving }: DeployStatus): string[] {
  if (state !== 'waiting for approval' || approving?.toSign === undefined) return [];
  return [
    'It has to be signed with your SSH key. This prints the signature, which goes into the data below, with the name that your key is listed by:',
    literal([signingCommand(approving.toSign)]),
  ];
}

function isUpdate(choice: Choice): choice is Required<Choice> {
  return choice.verb !== undefined;
}

function ending({ state, target }: DeployStatus): string {
  const again = code(`pawl deploy ${target}`);
  switch (state) {
    case 'failed':
    case 'refused':
      return `This deploy has ended. When the cause is cured: ${again}`;
    case 'cancelled':
      return `This deploy has ended; what it committed stays. To continue where it stopped: ${again}`;
    case 'superseded':
      return 'This deploy has ended: a newer release took over from here. It is the newest run of this workflow.';
    default:
      return '';
  }
}
