import { visibleJson } from '../text/visible.js';
import type { Look } from './view/look.js';
import { terminalText } from './view/terminal.js';

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One JSON document on stdout, and nothing else there. */
  readonly json: boolean;
  /** With `json`: one line for each thing that happens, the document being the last one. */
  readonly follow?: boolean | undefined;
}

/** Where a command's words go: reports to stdout, news to stderr; with `--json` the document alone to stdout. */
export class Output {
  readonly json: boolean;
  /** Whether programs are told what happens while it happens. */
  readonly streams: boolean;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #environment: OutputOptions['environment'];

  constructor({ stdout, stderr, environment, json, follow = false }: OutputOptions) {
    this.json = json;
    this.streams = json && follow;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#environment = environment;
  }

  /** How reports on stdout look. */
  get look(): Look {
    return this.#lookOf(this.#stdout);
  }

  /** How news on stderr look. */
  get newsLook(): Look {
    return this.#lookOf(this.#stderr);
  }

  /** Whether news may be redrawn in place. */
  get live(): boolean {
    return this.#stderr.isTTY && this.#environment.CI === undefined && this.#environment.TERM !== 'dumb';
  }

  /** Height of the screen that news go to. */
  get rows(): number {
    // A terminal that does not know its size says 0.
    return this.#stderr.rows || 24;
  }

  /** News, for people. */
  say(text: string): void {
    this.#stderr.write(`${terminalText(text, this.newsLook.color)}\n`);
  }

  /** Control sequences and text without a line end, for a live view. */
  draw(text: string): void {
    this.#stderr.write(text);
  }

  /** One thing that happened, as a line for programs. */
  event(event: object): void {
    this.#stdout.write(`${visibleJson(JSON.stringify(event))}\n`);
  }

  /** What the command was asked for: the text for people, or the document for programs. */
  report(text: string, document: object): void {
    if (this.streams) this.event({ event: 'end', at: new Date().toISOString(), ...document });
    else if (this.json) this.#stdout.write(`${visibleJson(JSON.stringify(document, null, 2))}\n`);
    else this.#stdout.write(`${terminalText(text, this.look.color)}\n`);
  }

  /** The document for programs; people have been told by {@link say}. */
  document(document: object): void {
    if (this.json) this.report('', document);
  }

  #lookOf(stream: NodeJS.WriteStream): Look {
    const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = this.#environment;
    const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
    const color = (NO_COLOR ?? '') === '' && (forced || (stream.isTTY && TERM !== 'dumb'));
    const columns = stream.columns || Number(COLUMNS) || 100;
    return { color, columns: Math.max(columns, 40) };
  }
}
