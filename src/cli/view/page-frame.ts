import { escapeHtml as e } from './escape-html.js';

/** What a report is made of, as HTML but for the texts that say otherwise. */
export interface Page {
  /** Of the browser's tab, as text. */
  readonly title: string;
  readonly heading: string;
  /** The whole report in one line, as text. */
  readonly sum: string;
  readonly good: boolean;
  /** Below the line: whose it is, and from when. */
  readonly about: string;
  readonly main: string;
  readonly footer: string;
  /** What only this report needs. */
  readonly style: string;
}

/** The one frame of all reports: a page that needs nothing else, no script, no font, no network; in light and dark, on a phone, and printed. */
export function pageFrame({ title, heading, sum, good, about, main, footer, style }: Page): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${e(title)}</title><style>${FRAME}${style}</style></head>
<body><header><h1>${heading}</h1>
<p class="sum ${good ? 'good' : 'bad'}">${e(sum)}</p>
${about}</header>
<main>${main}</main>
<footer>${footer}</footer></body></html>
`;
}

const FRAME = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1d2126;--dim:#667;--line:#dcdfe3;--red:#c8321f;--amber:#c77700;--blue:#3b78c4;--green:#2b8a4b;--code:#f2f3f5}
@media(prefers-color-scheme:dark){:root{--bg:#15181c;--card:#1c2025;--ink:#e8eaed;--dim:#9aa3ad;--line:#343a42;--red:#f0604d;--amber:#f0a23c;--blue:#6ea8ee;--green:#5cc27f;--code:#252a31}}
*{box-sizing:border-box}body{margin:0 auto;padding:2rem 1.5rem;max-width:84rem;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}code{overflow-wrap:anywhere}pre{background:var(--code);border-radius:6px;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
h1{font-size:1.5rem;font-weight:400;margin:0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2rem 0 .6rem}h3{font-size:1rem;font-weight:600;margin:.1rem 0;overflow-wrap:anywhere}i{color:var(--dim);font-style:normal}a{color:var(--blue)}
header p{margin:.2rem 0}.sum{font-size:1.1rem}.sum.bad{color:var(--red)}.sum.good{color:var(--green)}
article{border-left:4px solid var(--line);padding:.1rem 0 .1rem 1rem;margin:.4rem 0 1.1rem}article p{margin:.25rem 0;max-width:60rem}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
footer{margin-top:2rem;color:var(--dim);font-size:.85rem}
@media(max-width:600px){body{padding:1.2rem .8rem}}@media print{body{max-width:none}.scroll{overflow:visible}}
`;
