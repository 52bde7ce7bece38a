-- The script of the reports' pages: the list of rows, of which only those that are seen are in the page's tree.
--
-- Rows lie in blocks of JSON: {words, shapes = {{cells, kinds, details}, …}, rows}. `rows` has two numbers for each row: its
-- first cell and its shape, which is all the rest of it. Texts are places among the words, from 0; -1 is no text. A block is read
-- when one of its rows is seen, sorted or looked through. The script stands behind the first block, which is a small one: what
-- is not there yet is shown when the page is whole.

return [==[
(function () {
"use strict";
function of(id) { return document.getElementById(id); }
var list = JSON.parse(of("list").textContent), sources = document.getElementsByClassName("rows"), blocks = [];
var grid = of("grid"), view = of("view"), find = of("find"), count = of("shown"), paper = of("paper"), more = of("more");
var picks = [].slice.call(document.querySelectorAll("#tools select"));
var heads = [].slice.call(grid.querySelectorAll("[role=columnheader]"));
var order = null, shown = list.count, current = 0, first = 0, sorted = -1, down = false;
var TALLEST = 8e6, ON_PAPER = 2000; // pixels that every browser scrolls; rows
var collator = new Intl.Collator(undefined, { numeric: true });

var NONE = { words: [], shapes: [], rows: [] }, whole = false;
function block(b) {
  if (!blocks[b] && (b === 0 || whole)) blocks[b] = JSON.parse(sources[b].textContent);
  return blocks[b] || NONE;
}
function number_of(n) { return n < list.first ? 0 : 1 + Math.floor((n - list.first) / list.size); }
function start_of(b) { return b ? list.first + (b - 1) * list.size : 0; }
function row_of(n) {
  var b = number_of(n), i = 2 * (n - start_of(b)), rows = block(b).rows, shape = block(b).shapes[rows[i + 1]];
  return shape ? [[rows[i]].concat(shape[0]), shape[1], shape[2]] : [list.columns.map(function () { return -1; }), [], []];
}
function word(n, i) { return i < 0 ? "" : block(number_of(n)).words[i]; }
function at(k) { return order ? order[k] : k; }
function make(name, text, parent) {
  var made = document.createElement(name);
  if (text) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}
function height() { return parseFloat(getComputedStyle(view).getPropertyValue("--row")); }
function fill(cell, text, column) {
  cell.textContent = "";
  if (!list.columns[column].tag) { cell.textContent = cell.title = text; return; }
  make("span", text, cell).className = "tag t-" + (list.colours[text] || "void");
}

/* ---- the rows that are seen ---- */

function show_row(k, top, element) {
  var n = at(k), cells = row_of(n)[0];
  element.style.top = top + "px";
  element.setAttribute("aria-rowindex", k + 2);
  element.dataset.at = k;
  element.tabIndex = k === current ? 0 : -1;
  cells.forEach(function (cell, i) { fill(element.children[i], word(n, cell), i); });
}
function new_row() {
  var element = make("div", "", view);
  element.className = "row";
  element.setAttribute("role", "row");
  list.columns.forEach(function () { make("div", "", element).setAttribute("role", "gridcell"); });
  return element;
}
function render() {
  var h = height(), all = shown * h, tall = Math.min(all, TALLEST), had = view.contains(document.activeElement);
  view.style.setProperty("--all", tall + "px");
  var room = view.clientHeight || h, seen = Math.max(1, Math.floor(room / h)), most = Math.max(1, tall - room);
  first = all <= tall ? Math.floor(view.scrollTop / h) : Math.round(view.scrollTop / most * (shown - seen));
  first = Math.max(0, Math.min(first, shown - 1));
  var last = Math.min(shown, first + seen + 2);
  if (had && (current < first || current >= last)) current = first;
  while (view.children.length > last - first) view.lastChild.remove();
  while (view.children.length < last - first) new_row();
  for (var k = first; k < last; k++) {
    show_row(k, all <= tall ? k * h : view.scrollTop + (k - first) * h, view.children[k - first]);
  }
  if (had && view.children[current - first]) view.children[current - first].focus({ preventScroll: true });
}
function go(k) {
  current = Math.max(0, Math.min(k, shown - 1));
  var h = height(), all = shown * h, room = view.clientHeight, seen = Math.max(1, Math.floor(room / h));
  if (all <= TALLEST) {
    if (current * h < view.scrollTop) view.scrollTop = current * h;
    if ((current + 1) * h > view.scrollTop + room) view.scrollTop = (current + 1) * h - room;
  } else if (current < first || current >= first + seen) {
    view.scrollTop = current / Math.max(1, shown - seen) * (TALLEST - room);
  }
  render();
  var element = view.children[current - first];
  if (element) element.focus({ preventScroll: true });
}

/* ---- one row, all of it ---- */

function open_row(k) {
  var n = at(k), row = row_of(n), body = of("facts");
  of("who").textContent = word(n, row[0][0]);
  body.textContent = "";
  row[0].forEach(function (cell, i) {
    if (i === 0 || cell < 0 || list.columns[i].short) return;
    make("dt", list.columns[i].label, body);
    fill(make("dd", "", body), word(n, cell), i);
  });
  row[2].forEach(function (pair) {
    make("dt", word(n, pair[0]), body);
    make("dd", word(n, pair[1]), body);
  });
  more.showModal();
}
more.addEventListener("close", function () { go(current); });
of("close").onclick = function () { more.close(); };

/* ---- which rows, in which order ---- */

function fitting() {
  var text = find.value.toLowerCase(), wanted = picks.map(function (pick) { return pick.value; }), found = [];
  if (!text && !wanted.some(Boolean)) return null;
  for (var b = 0; b < sources.length; b++) {
    var words = block(b).words, hits = text && words.map(function (w) { return w.toLowerCase().indexOf(text) >= 0; });
    var places = wanted.map(function (w) { return words.indexOf(w); });
    var rows = block(b).rows, has = block(b).shapes.map(function (shape) {
      return text && (shape[0].some(function (c) { return hits[c]; })
        || shape[2].some(function (d) { return hits[d[0]] || hits[d[1]]; }));
    });
    var fits = block(b).shapes.map(function (shape) {
      return wanted.every(function (w, f) { return !w || shape[1][f].indexOf(places[f]) >= 0; });
    });
    for (var i = 0; i < rows.length; i += 2) {
      if (fits[rows[i + 1]] && (!text || has[rows[i + 1]] || hits[rows[i]])) found.push(start_of(b) + i / 2);
    }
  }
  return found;
}
function arrange() {
  order = fitting();
  if (sorted >= 0) {
    if (!order) { order = []; for (var n = 0; n < list.count; n++) order.push(n); }
    var keys = {};
    order.forEach(function (n) { keys[n] = word(n, row_of(n)[0][sorted]); });
    order.sort(function (a, b) { return (down ? -1 : 1) * collator.compare(keys[a], keys[b]) || a - b; });
  }
  shown = order ? order.length : list.count;
  count.textContent = shown + " of " + list.count;
  grid.setAttribute("aria-rowcount", shown + 1);
  current = 0;
  view.scrollTop = 0;
  render();
}
heads.forEach(function (head, i) {
  head.firstChild.onclick = function () {
    if (sorted !== i) { sorted = i; down = false; } else if (!down) down = true; else sorted = -1;
    heads.forEach(function (other, j) {
      other.setAttribute("aria-sort", j !== sorted ? "none" : down ? "descending" : "ascending");
    });
    arrange();
  };
});
find.oninput = arrange;
picks.forEach(function (pick) { pick.onchange = arrange; });

/* ---- by hand ---- */

view.addEventListener("scroll", render);
window.addEventListener("resize", render);
view.addEventListener("click", function (event) {
  var element = event.target.closest(".row");
  if (element) { current = +element.dataset.at; open_row(current); }
});
view.addEventListener("keydown", function (event) {
  var page = Math.max(1, Math.floor(view.clientHeight / height()) - 1);
  var to = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0,
    End: shown - 1 }[event.key];
  if (to === undefined && event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  if (to === undefined) open_row(current); else go(to);
});

/* ---- on paper ---- */

window.addEventListener("beforeprint", function () {
  paper.textContent = "";
  var table = make("table", "", paper), head = make("tr", "", make("thead", "", table)), body = make("tbody", "", table);
  list.columns.forEach(function (column) { make("th", column.label, head).scope = "col"; });
  for (var k = 0; k < Math.min(shown, ON_PAPER); k++) {
    var n = at(k), line = make("tr", "", body);
    row_of(n)[0].forEach(function (cell) { make("td", word(n, cell), line); });
  }
  if (shown > ON_PAPER) make("p", "The first " + ON_PAPER + " of " + shown + " rows; the file has them all.", paper);
});
window.addEventListener("afterprint", function () { paper.textContent = ""; });

arrange();
performance.mark("rows");
document.addEventListener("DOMContentLoaded", function () {
  whole = true;
  if (order) arrange(); else render();
});
})();
]==]
