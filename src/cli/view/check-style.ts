/** What the page of a check needs beside the frame. */
export const checkStyle = `
.verdicts,.legend{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 .8rem}.legend{font-size:.85rem;align-items:center}.legend .bar{padding:.1rem .6rem;height:auto;margin:0}
.chip{border:1px solid var(--line);border-left-width:5px;border-radius:4px;padding:.1rem .7rem;background:var(--card)}.chip.OUTAGE{border-left-color:var(--red)}.chip.BLOCKS_WRITES{border-left-color:var(--amber)}.chip.BRIEF{border-left-color:var(--blue)}.chip.SAFE{border-left-color:var(--green)}
.scroll{padding:.6rem .6rem .8rem}.timeline{display:grid;position:relative}
.file-head{border-bottom:2px solid var(--ink);margin:0 3px;padding:.1rem .3rem;font:600 12px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.statement{min-width:0;font:11px/1.4 ui-monospace,Menlo,Consolas,monospace;color:var(--dim);padding:.25rem .4rem 0;margin-bottom:.4rem;overflow:hidden;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;line-clamp:4;align-self:start}.statement span{display:inline-block;min-width:1.4em;padding:0 .25em;margin-right:.4em;border-radius:3px;background:var(--code);color:var(--ink);text-align:center}
.row{grid-column:1/-1;border-top:1px solid var(--line)}.row.even{background:color-mix(in srgb,var(--code) 55%,transparent)}.table{grid-column:1;padding:.5rem 1.2rem .5rem .4rem;min-height:2.9rem;white-space:nowrap;display:flex;flex-direction:column;justify-content:center}.table i{font-size:.78rem}
.commit{border-right:2px dashed var(--line);z-index:1}
.bar{min-width:0;z-index:2;align-self:center;height:1.9rem;margin:0 4px 0 3px;border-radius:4px;color:#fff;font-size:12px;line-height:1.9rem;padding:0 .5rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}.legend .bar{line-height:1.6}
.bar.OUTAGE{background:#c8321f}.bar.BLOCKS_WRITES{background:repeating-linear-gradient(135deg,#a86400 0 9px,#935700 9px 18px)}.bar.BRIEF{background:#3b78c4}.timeline .bar.BRIEF{height:.7rem}
.file{border:1px solid var(--line);border-radius:8px;background:var(--card);margin:0 0 .8rem;padding:0 1rem}.file summary{cursor:pointer;padding:.6rem 0}
article.error{border-color:var(--red)}article.warning{border-color:var(--amber)}article.notice{border-color:var(--blue)}
h3 b{font-family:ui-monospace,Menlo,Consolas,monospace}h3 span{color:var(--dim);font-weight:400}.safe::before{content:"→ ";color:var(--green);font-weight:700}.allowed{color:var(--dim)}
`;
