/** The page of a check: readable in light and dark, and printed. */
export const checkStyle = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1d2126;--dim:#667;--line:#dcdfe3;--red:#c8321f;--amber:#c77700;--blue:#3b78c4;--green:#2b8a4b;--code:#f2f3f5}
@media(prefers-color-scheme:dark){:root{--bg:#15181c;--card:#1c2025;--ink:#e8eaed;--dim:#9aa3ad;--line:#343a42;--red:#f0604d;--amber:#f0a23c;--blue:#6ea8ee;--green:#5cc27f;--code:#252a31}}
*{box-sizing:border-box}body{margin:0 auto;padding:2rem 1.5rem;max-width:88rem;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}h1{font-size:1.5rem;font-weight:400;margin:0}h2{font-size:1.1rem;margin:2rem 0 .6rem}i{color:var(--dim);font-style:normal}
.sum{font-size:1.1rem;margin:.2rem 0 .8rem}.sum.bad{color:var(--red)}.sum.good{color:var(--green)}
.verdicts,.legend{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 .8rem}.legend{font-size:.85rem;align-items:center}.legend .bar{padding:.1rem .6rem;height:auto;margin:0}
.chip{border:1px solid var(--line);border-left-width:5px;border-radius:4px;padding:.1rem .7rem;background:var(--card)}.chip.OUTAGE{border-left-color:var(--red)}.chip.BLOCKS_WRITES{border-left-color:var(--amber)}.chip.BRIEF{border-left-color:var(--blue)}.chip.SAFE{border-left-color:var(--green)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card);padding:.6rem .6rem .8rem}.timeline{display:grid;position:relative}
.file-head{border-bottom:2px solid var(--ink);margin:0 3px;padding:.1rem .3rem;font:600 12px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.statement{min-width:0;font:11px/1.4 ui-monospace,Menlo,Consolas,monospace;color:var(--dim);padding:.25rem .4rem 0;margin-bottom:.4rem;overflow:hidden;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;line-clamp:4;align-self:start}.statement span{display:inline-block;min-width:1.4em;padding:0 .25em;margin-right:.4em;border-radius:3px;background:var(--code);color:var(--ink);text-align:center}
.row{grid-column:1/-1;border-top:1px solid var(--line)}.row.even{background:color-mix(in srgb,var(--code) 55%,transparent)}.table{grid-column:1;padding:.5rem 1.2rem .5rem .4rem;min-height:2.9rem;white-space:nowrap;display:flex;flex-direction:column;justify-content:center}.table i{font-size:.78rem}
.commit{border-right:2px dashed var(--line);z-index:1}
.bar{min-width:0;z-index:2;align-self:center;height:1.9rem;margin:0 4px 0 3px;border-radius:4px;color:#fff;font-size:12px;line-height:1.9rem;padding:0 .5rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}.legend .bar{line-height:1.6}
.bar.OUTAGE{background:#c8321f}.bar.BLOCKS_WRITES{background:repeating-linear-gradient(135deg,#a86400 0 9px,#935700 9px 18px)}.bar.BRIEF{background:#3b78c4}.timeline .bar.BRIEF{height:.7rem}
.file{border:1px solid var(--line);border-radius:8px;background:var(--card);margin:0 0 .8rem;padding:0 1rem}.file summary{cursor:pointer;padding:.6rem 0}
article{border-left:4px solid var(--line);padding:.1rem 0 .1rem 1rem;margin:.4rem 0 1.1rem}article.error{border-color:var(--red)}article.warning{border-color:var(--amber)}article.notice{border-color:var(--blue)}
h3{font-size:1rem;font-weight:600;margin:.1rem 0}h3 b{font-family:ui-monospace,Menlo,Consolas,monospace}h3 span{color:var(--dim);font-weight:400}article p{margin:.25rem 0;max-width:60rem}.safe::before{content:"→ ";color:var(--green);font-weight:700}.allowed{color:var(--dim)}
pre{background:var(--code);border-radius:6px;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}footer{margin-top:2rem;color:var(--dim);font-size:.85rem}
@media print{.scroll{overflow:visible}body{max-width:none}}
`;
