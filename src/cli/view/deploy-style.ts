/** The page of a deploy: readable in light and dark, and printed. */
export const deployStyle = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1d2126;--dim:#667;--line:#dcdfe3;--red:#c8321f;--amber:#c77700;--blue:#3b78c4;--green:#2b8a4b;--code:#f2f3f5}
@media(prefers-color-scheme:dark){:root{--bg:#15181c;--card:#1c2025;--ink:#e8eaed;--dim:#9aa3ad;--line:#343a42;--red:#f0604d;--amber:#f0a23c;--blue:#6ea8ee;--green:#5cc27f;--code:#252a31}}
*{box-sizing:border-box}body{margin:0 auto;padding:2rem 1.5rem;max-width:80rem;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
code{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}h1{font-size:1.5rem;font-weight:400;margin:0}h2{font-size:1.1rem;margin:2rem 0 .6rem}i{color:var(--dim);font-style:normal}
.sum{font-size:1.1rem;margin:.2rem 0}.sum.bad{color:var(--red)}.sum.good{color:var(--green)}
.legend{font-size:.85rem;color:var(--dim)}.legend b{display:inline-block;width:1.6em;height:.8em;border-radius:3px;margin:0 .3em 0 1em}.legend u{display:inline-block;margin:0 .4em 0 1.2em}
.chart{display:grid;grid-template-columns:minmax(8rem,20rem) 1fr;border:1px solid var(--line);border-radius:8px;background:var(--card);padding:.4rem 1.6rem .8rem .8rem}
.name{font:12px/1.75rem ui-monospace,Menlo,Consolas,monospace;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding-right:.8rem;border-top:1px solid var(--line)}.name.deploy,.name.stage{font-weight:700}.name.migration{padding-left:1rem}
.lane{position:relative;height:1.75rem;border-top:1px solid var(--line);background:linear-gradient(90deg,var(--line) 1px,transparent 1px) 0 0/25% 100%}.lane b{position:absolute;top:.4rem;height:.95rem;min-width:4px;border-radius:3px}
b.deploy{background:color-mix(in srgb,var(--dim) 45%,transparent)}.lane.deploy,.name.deploy{background-color:transparent}.lane b.stage{height:.35rem;top:.7rem}b.stage{background:var(--dim)}b.applied{background:var(--green)}b.exec{background:#8a63b8}b.assert{background:#2f9c9c}b.signal{background:var(--blue)}b.approve{background:repeating-linear-gradient(135deg,var(--blue) 0 3px,transparent 3px 8px)}
b.blocked{background:repeating-linear-gradient(135deg,var(--amber) 0 3px,transparent 3px 8px)}.lane b.waited{height:.4rem;top:.675rem;z-index:1}b.waited{background:var(--red)}
u{width:.75rem;height:.75rem;text-decoration:none;z-index:2}u.failed{background:var(--red);clip-path:polygon(50% 0,100% 100%,0 100%)}u.decision{background:var(--blue);transform:rotate(45deg) scale(.8)}.lane u{position:absolute;top:.5rem;margin-left:-.375rem}
.ticks{position:relative;height:1.6rem;font-size:.75rem;color:var(--dim)}.ticks span{position:absolute;transform:translateX(-50%);white-space:nowrap}.ticks span:first-child{transform:none}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card);padding:.2rem .8rem}table{border-collapse:collapse;width:100%;font-size:.88rem}th{text-align:left;color:var(--dim);font-weight:400}td,th{padding:.25rem .9rem .25rem 0;vertical-align:top}td:first-child,td:nth-child(4){white-space:nowrap}tr+tr td{border-top:1px solid var(--line)}
tr.failed td:nth-child(2){color:var(--red)}tr.waited td:nth-child(2){color:var(--amber)}tr.applied td:nth-child(2){color:var(--green)}ul{padding-left:1.2rem;margin:0}time{color:var(--dim)}footer{margin-top:2rem;color:var(--dim);font-size:.85rem}
@media print{body{max-width:none}}
`;
