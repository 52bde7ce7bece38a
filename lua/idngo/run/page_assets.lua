-- Style and script of the report's page.

local M = {}

M.style = [[
:root {
  color-scheme: light dark;
  --bg: #fff; --fg: #1b1f24; --dim: #59636e; --line: #d1d9e0; --card: #f6f8fa;
  --pass: #2da44e; --hold: #bf8700; --act: #0969da; --error: #cf222e; --void: #8c959f; --planned: #b6c4d1;
  --unknown: #8250df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0d1117; --fg: #e6edf3; --dim: #9198a1; --line: #3d444d; --card: #151b23;
    --pass: #3fb950; --hold: #d29922; --act: #4493f8; --error: #f85149; --void: #656c76; --planned: #3d5068;
    --unknown: #ab7df8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 72rem; padding: 2rem 1rem; background: var(--bg); color: var(--fg);
  font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
.dim { color: var(--dim); }
code { font-size: .85em; overflow-wrap: anywhere; }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; min-width: 7rem; }
.card b { display: block; font-size: 1.6rem; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; }
#applicants { table-layout: fixed; }
th, td {
  text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere;
}
th { color: var(--dim); font-weight: 600; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { display: block; max-width: 100%; height: auto; }
svg + table { margin-top: .5rem; }
svg text { fill: var(--fg); font: 13px system-ui, sans-serif; }
.pass, .applied { fill: var(--pass); }
.hold { fill: var(--hold); }
.act, .peak { fill: var(--act); }
.error, .rejected { fill: var(--error); }
.void { fill: var(--void); }
.planned, .intent, .sent, .undecided { fill: var(--planned); }
.unknown { fill: var(--unknown); }
.room { fill: none; stroke: var(--line); }
.tools { display: flex; gap: .5rem; flex-wrap: wrap; align-items: center; margin: .5rem 0; }
input, select {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: .35rem .6rem;
}
input { flex: 1; min-width: 12rem; }
.tag { display: inline-block; white-space: nowrap; border-left: .6rem solid; padding-left: .4rem; margin-right: .75rem; }
.t-pass, .t-applied { border-color: var(--pass); }
.t-hold { border-color: var(--hold); }
.t-act { border-color: var(--act); }
.t-error, .t-rejected { border-color: var(--error); }
.t-void { border-color: var(--void); }
.t-unknown { border-color: var(--unknown); }
.t-undecided, .t-planned, .t-intent, .t-sent { border-color: var(--planned); }
]]

M.script = [[
(function () {
  var text = document.getElementById("find"), kind = document.getElementById("kind");
  var count = document.getElementById("shown");
  var rows = [].slice.call(document.querySelectorAll("#applicants tbody tr"));
  function show() {
    var wanted = text.value.toLowerCase(), shown = 0;
    rows.forEach(function (row) {
      var fits = (!kind.value || row.dataset.decision === kind.value)
        && row.textContent.toLowerCase().indexOf(wanted) >= 0;
      row.hidden = !fits;
      if (fits) shown++;
    });
    count.textContent = shown + " of " + rows.length;
  }
  text.oninput = kind.onchange = show;
  show();
})();
]]

return M
