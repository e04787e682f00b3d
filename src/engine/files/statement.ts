import type { Node } from '@pgsql/types';

/** One statement of a script. */
export interface Statement {
  /** The statement's text, without the comments and blank lines before it and without its semicolon. */
  readonly text: string;
  /** Offset of `text` in the script, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The node's type, such as `IndexStmt`: what to ask first, since the tree of a large script is made when it is asked for. */
  readonly type: string;
  /** Offset in the script of a `location` in the parse tree, which counts bytes. */
  offsetOf(location: number): number;
  /** Parse tree; exactly one key, the node's type. */
  readonly node: Node;
}
