-- The style of the reports' pages: light and dark, from 390 pixels wide, and for paper.

return [[
:root {
  color-scheme: light dark;
  --bg: #fff; --fg: #1b1f24; --dim: #59636e; --line: #d1d9e0; --card: #f6f8fa; --focus: #0550ae;
  --pass: #2da44e; --hold: #bf8700; --act: #0969da; --error: #cf222e; --void: #8c959f; --planned: #b6c4d1;
  --unknown: #8250df; --row: 36px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0d1117; --fg: #e6edf3; --dim: #9198a1; --line: #3d444d; --card: #151b23; --focus: #79c0ff;
    --pass: #3fb950; --hold: #d29922; --act: #4493f8; --error: #f85149; --void: #656c76; --planned: #3d5068;
    --unknown: #ab7df8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif; }
main { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.warning { border: 2px solid var(--error); border-radius: 8px; padding: .5rem 1rem; }
code { font-size: .87em; overflow-wrap: anywhere; }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; min-width: 7rem; }
.card b { display: block; font-size: 1.6rem; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 600; }
td { overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { display: block; width: 100%; height: 28px; margin-bottom: .5rem; }
td svg { width: 180px; margin: 0; }
.bar { display: grid; grid-template-columns: 12rem 1fr 9rem; gap: .75rem; align-items: center; padding: .15rem 0; }
.bar > :first-child { overflow-wrap: anywhere; }
.track { display: flex; height: 16px; border-radius: 2px; overflow: hidden; }
.track.room { box-shadow: inset 0 0 0 1px var(--line); }
.b-pass, .b-applied { background: var(--pass); }
.b-hold { background: var(--hold); }
.b-act, .b-peak { background: var(--act); }
.b-error, .b-rejected { background: var(--error); }
.b-void { background: var(--void); }
.b-planned, .b-intent, .b-sent, .b-undecided { background: var(--planned); }
.b-unknown { background: var(--unknown); }
.f-act { fill: var(--act); }
.f-hold { fill: var(--hold); }
.f-error { fill: var(--error); }
.times { display: flex; justify-content: space-between; gap: 1rem; }
.tools { display: flex; gap: .5rem; flex-wrap: wrap; align-items: center; margin: .5rem 0; }
input, select, button {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: .35rem .6rem; max-width: 100%;
}
input { flex: 1; min-width: 12rem; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }
.tag { display: inline-block; white-space: nowrap; border-left: .6rem solid; padding-left: .4rem; margin-right: .75rem; }
.t-pass, .t-applied { border-color: var(--pass); }
.t-hold { border-color: var(--hold); }
.t-act { border-color: var(--act); }
.t-error, .t-rejected { border-color: var(--error); }
.t-void { border-color: var(--void); }
.t-unknown { border-color: var(--unknown); }
.t-undecided, .t-planned, .t-intent, .t-sent { border-color: var(--planned); }
#grid { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.head, .row { display: grid; grid-template-columns: var(--columns); gap: 0 1rem; padding: 0 .6rem; align-items: center; }
.head { background: var(--card); border-bottom: 1px solid var(--line); }
.head button { border: 0; background: none; padding: .35rem 0; color: var(--dim); font-weight: 600; text-align: left; }
[aria-sort=ascending] button::after { content: " ↑"; }
[aria-sort=descending] button::after { content: " ↓"; }
#view { position: relative; overflow: hidden auto; max-height: 70vh; }
#view::after { content: ""; display: block; height: var(--all, 0); }
.row { position: absolute; left: 0; right: 0; height: var(--row); border-bottom: 1px solid var(--line); cursor: pointer; }
.row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.row > :first-child { font-family: ui-monospace, monospace; font-size: 13px; }
.row:hover { background: var(--card); }
dialog {
  color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: 8px; width: min(46rem, 94vw);
  max-height: 90vh; padding: 1rem;
}
dialog::backdrop { background: #0008; }
dialog h2 { margin: 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .3rem 1rem; margin: 1rem 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
#paper { display: none; }
@media (max-width: 700px) {
  :root { --row: 60px; }
  .cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem; }
  .card { min-width: 0; padding: .5rem .6rem; line-height: 1.3; }
  .bar { grid-template-columns: 1fr auto; }
  .bar .track { grid-column: 1 / 3; grid-row: 2; }
  .wide thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .wide, .wide tbody, .wide tr, .wide td { display: block; }
  .wide tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .wide td, .wide td.n {
    display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; white-space: normal;
  }
  .wide td::before { content: attr(data-label); color: var(--dim); white-space: nowrap; }
  .head { display: flex; flex-wrap: wrap; }
  .row { grid-template-columns: 1fr auto; grid-template-rows: 1fr 1fr; gap: 0 .5rem; padding: .3rem .6rem; }
  .row > :nth-child(3) { grid-column: 1 / 3; }
  .row > :nth-child(n + 4) { display: none; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@page { size: A4; margin: 15mm; }
@media print {
  :root {
    color-scheme: light;
    --bg: #fff; --fg: #000; --dim: #444; --line: #bbb; --card: #fff; --pass: #2da44e; --hold: #bf8700; --act: #0969da;
    --error: #cf222e; --void: #8c959f; --planned: #b6c4d1; --unknown: #8250df;
  }
  * { print-color-adjust: exact; }
  body { font-size: 12px; }
  main { max-width: none; padding: 0; }
  .tools, #grid, dialog { display: none; }
  #paper { display: block; }
  #paper table { font-size: 11px; line-height: 1.4; }
  #paper th, #paper td { padding: .2rem .4rem; min-width: 4rem; }
  #paper td:first-child { min-width: 11rem; }
  #paper td:nth-child(3), #paper td:nth-child(4) { min-width: 8rem; }
  thead { display: table-header-group; }
  .cards { display: flex; gap: .5rem; }
  .card { flex: auto; min-width: 0; padding: .3rem .5rem; }
  .card b { font-size: 1.3rem; }
  tr, .bar, .card { break-inside: avoid; }
  h2 { break-after: avoid; }
}
]]
