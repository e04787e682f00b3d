import { newEntries } from '../../client/events.js';
import { SILENCES, type Sight } from '../../client/follow.js';
import type { DeployStatus, TimelineEntry } from '../../contract/deploy.js';
import type { Output } from '../output.js';
import { choiceList } from '../view/choice-list.js';
import { choices } from '../view/choices.js';
import { timelineLine } from '../view/timeline.js';
import { workView } from '../view/work.js';
import type { News } from './news.js';

/** Each thing that happened as one line that stays: for logs. */
export class PlainNews implements News {
  #last: TimelineEntry | undefined;
  #silence: string | undefined;
  #state: string | undefined;
  #trouble = '';
  readonly #output: Output;
  readonly #ending: boolean;

  /** @param ending whether nobody else says what can be done about a failure */
  constructor(output: Output, ending = false) {
    this.#output = output;
    this.#ending = ending;
  }

  sight(sight: Sight): void {
    const silence = 'silence' in sight ? sight.silence : undefined;
    if (silence !== undefined && silence !== this.#silence) this.#output.say(SILENCES[silence]);
    this.#silence = silence;
    if ('status' in sight) this.#tell(sight.status);
  }

  #tell(status: DeployStatus): void {
    for (const entry of newEntries(status.timeline, this.#last)) this.#output.say(timelineLine(entry, this.#output.newsLook));
    this.#last = status.timeline.at(-1) ?? this.#last;
    const waits =
      status.state === 'held' || status.state === 'waiting for approval' || (this.#ending && status.state === 'blocked');
    if (waits && status.state !== this.#state) this.#output.say(choiceList(choices(status), this.#output.newsLook));
    this.#state = status.state;
    this.#tellTrouble(status);
  }

  /** Said again only when other sessions are concerned, attempts fail with something else, or another setting holds a backfill up: ages change all the time. */
  #tellTrouble({ work }: DeployStatus): void {
    const sessions = [...(work?.waitsFor ?? []), ...(work?.blocks ?? [])];
    const heldBy = work?.backfill?.heldBy;
    const trouble = [...sessions.map(({ pid }) => pid), work?.failure ?? '', ...(heldBy === undefined ? [] : [heldBy])].join();
    if (work && trouble !== '' && trouble !== this.#trouble) this.#output.say(workView(work, this.#output.newsLook));
    this.#trouble = trouble;
  }

  end(): void {
    this.#last = undefined;
  }
}
