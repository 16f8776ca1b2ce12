// The question at hand: answered by key or by mouse, the next one already fetched, nothing taken for saved that is not.
import { countDone, oneLess, oneUndone } from "/static/counting.js";
import { ask, tell } from "/static/hub.js";
import { sent, settled, wasItSaved } from "/static/pending.js";
import { isQuiet } from "/static/quiet.js";

const $ = (selector, within = document) => within.querySelector(selector);
const stage = $("#stage");
const words = $("#words").dataset;
const history = []; // what this page did, for undo
let ahead = null; // promise of the next question
let busy = false;

const HOLD_EVERY = 5 * 60 * 1000; // milliseconds
const question = () => $("#question");
const isClosed = () => Boolean(question().dataset.closed); // a colleague is at it, or it has been answered
const said = (key) => words[key.replace(/-./g, (found) => found[1].toUpperCase())];
const fresh = () => crypto.randomUUID();

function put(html) {
  stage.innerHTML = html;
  const shown = question();
  for (const part of document.querySelectorAll("#actions [data-for]")) part.hidden = !part.dataset.for.split(" ").includes(shown.dataset.kind || "pair");
  for (const button of document.querySelectorAll("#actions button")) {
    const needsOne = ["same", "different", "unsure", "skip", "next"].includes(button.dataset.act);
    button.disabled = needsOne && (!shown.dataset.item || (isClosed() && button.dataset.act !== "next"));
  }
  countKept();
  window.scrollTo(0, 0);
  shown.focus({ preventScroll: true });
  fillPreview(shown);
}

// Who ticks a customer says whose the number is: then it is not everybody's.
function countKept() {
  const kept = question().querySelectorAll('input[name="keeps"]:checked').length;
  const says = $("#not-theirs");
  says.textContent = kept ? says.dataset.saysBut.replace("{}", kept) : says.dataset.says;
  $("#actions [data-act=same]").disabled = kept > 0 || !question().dataset.item || isClosed();
}

async function fillPreview(shown) {
  const place = $("[data-preview]", shown);
  if (!place) return;
  const answer = await fetch(place.dataset.preview, { headers: { Accept: "text/html" } });
  if (!place.isConnected) return;
  if (answer.ok) place.innerHTML = await answer.text();
  else place.textContent = said("no-preview");
}

// Asks for the next question that this page's address wants, or for a certain one.
function fetchOne(which = {}) {
  const query = new URLSearchParams(location.search);
  query.delete("item");
  for (const [name, value] of Object.entries(which)) if (value) query.set(name, value);
  return ask(`/queue/next?${query}`, { method: "GET" });
}

function fetchAhead() {
  ahead = fetchOne({ beside: question().dataset.item });
  ahead.catch(() => {});
}

async function forward() {
  const coming = ahead;
  ahead = null;
  let shown;
  try {
    shown = await (coming ?? fetchOne());
  } catch {
    location.reload();
    return;
  }
  put(shown.html);
  if (shown.item_id) fetchAhead();
}

async function answer(verdict, { overrules = [], decision = fresh() } = {}) {
  const shown = question();
  if (!shown.dataset.item) return;
  const body = {
    decision_id: decision,
    item_id: shown.dataset.item,
    verdict,
    seen: shown.dataset.seen,
    comment: $("#comment")?.value ?? "",
    keeps: [...shown.querySelectorAll('input[name="keeps"]:checked')].flatMap((box) => JSON.parse(box.value)),
    overrules,
  };
  sent(decision, body.item_id);
  let told;
  try {
    told = await ask("/queue/answer", { body });
  } catch (failure) {
    const isRefused = failure.status && failure.status < 500 && failure.status !== 401; // 401: told after logging in
    if (isRefused) settled();
    tell(failure.status ? failure.message : said("not-saved"), { bad: true, says: said("try-again"), again: () => act(() => answer(verdict, { overrules, decision })) });
    return;
  }
  settled();
  if (told.outcome === "contradicts") {
    contradict(told.html, verdict);
    return;
  }
  if (["saved", "waits", "repeated"].includes(told.outcome)) {
    history.push({ kind: "answer", decision });
    countDone(told.done_today);
    oneLess(1);
    tell(said(told.outcome === "waits" ? "saved-waits" : "saved"));
  } else {
    tell(said(`outcome-${told.outcome}`), { bad: true });
    if (told.outcome === "gone") ahead = null; // what was fetched ahead is of the snapshot before
    if (told.outcome === "changed") {
      await again(body.item_id);
      return;
    }
  }
  await forward();
}

// Shows a certain question as it is now.
async function again(item) {
  put((await fetchOne({ item })).html);
  fetchAhead();
}

function contradict(html, verdict) {
  const dialog = $("#contradiction");
  dialog.innerHTML = html;
  $("[data-act=overrule]", dialog)?.addEventListener("click", () => {
    const overrules = [...dialog.querySelectorAll("[data-judgement]")].map((chain) => Number(chain.dataset.judgement));
    dialog.close();
    act(() => answer(verdict, { overrules }));
  });
  dialog.showModal();
}

// What was written beside a question and not added yet is kept, whatever becomes of the question.
async function keepRemark(item) {
  const text = $("#comment").value.trim();
  if (text) await ask("/queue/comment", { body: { item_id: item, text } });
  $("#comment").value = "";
}

async function skip() {
  const item = question().dataset.item;
  if (!item) return;
  await keepRemark(item);
  await ask("/queue/skip", { body: { item_id: item } });
  history.push({ kind: "skip", item });
  tell(said("skipped"));
  await forward();
}

async function next() {
  const item = question().dataset.item;
  if (!item) return;
  await keepRemark(item);
  await ask("/queue/release", { body: { item_id: item } });
  tell(said("released"));
  await forward();
}

async function undo() {
  const last = history.pop();
  try {
    const shown = last?.kind === "skip"
      ? await ask("/queue/unskip", { body: { item_id: last.item } })
      : await ask("/queue/undo", { body: { decision_id: last?.decision ?? null, undo_id: fresh() } });
    if (last?.kind !== "skip") {
      oneLess(-1);
      oneUndone();
    }
    tell(said(last?.kind === "skip" ? "unskipped" : "undone"));
    if (shown.item_id) {
      ahead = null;
      put(shown.html);
      fetchAhead();
    }
  } catch (failure) {
    tell(failure.status === 404 ? said("nothing-to-undo") : failure.message, { bad: true });
  }
}

async function reveal() {
  const item = question().dataset.item;
  if (!item || question().dataset.clear) return;
  const ticked = [...question().querySelectorAll("#sharers tr:has(:checked)")];
  const comment = $("#comment").value;
  put((await ask("/queue/reveal", { body: { item_id: item } })).html);
  for (const row of ticked) {
    const again = $(`#sharers tr[data-customer="${row.dataset.customer}"] input`);
    if (again) again.checked = true;
    else $("#sharers").append(row);
  }
  $("#comment").value = comment;
  countKept();
}

const ACTS = {
  same: () => answer("same"),
  different: () => answer("different"),
  unsure: () => answer("unsure"),
  skip, undo, next, reveal,
  help: () => ($("#help").open ? $("#help").close() : $("#help").showModal()),
  comment: () => $("#comment")?.focus(),
};
const KEYS = { s: "same", d: "different", u: "unsure", k: "skip", z: "undo", n: "next", r: "reveal", c: "comment", "?": "help", "？": "help" };

// One thing at a time: a key pressed while an answer is on its way does nothing.
async function act(deed) {
  if (busy) return;
  busy = true;
  document.body.dataset.busy = "true";
  try {
    await deed();
  } catch (failure) {
    tell(failure.message, { bad: true });
  } finally {
    busy = false;
    delete document.body.dataset.busy;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") question().focus();
    return;
  }
  if ($("#contradiction").open) return;
  const wanted = KEYS[event.key.toLowerCase()];
  if (!wanted || ($("#help").open && wanted !== "help") || (isQuiet() && wanted !== "help")) return;
  event.preventDefault();
  const button = $(`#actions [data-act=${wanted}]`);
  if (button?.disabled) {
    if (isClosed()) tell($(".ask .problem").textContent, { bad: true });
    else if (question().dataset.item) tell(said("ticked"), { bad: true });
    return;
  }
  if (wanted === "help" || wanted === "comment") ACTS[wanted]();
  else act(ACTS[wanted]);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button || button.dataset.act === "overrule") return;
  button.dataset.act === "help" ? ACTS.help() : act(ACTS[button.dataset.act]);
});

document.addEventListener("change", (event) => {
  if (event.target.name === "keeps") countKept();
});

// A question that is a colleague's now makes room for the next.
async function handOn(item, told, me) {
  await keepRemark(item);
  await ask("/queue/assign", { body: { item_id: item, to: told.get("to") || null, due_on: told.get("due_on") || null } });
  const isMine = !told.get("to") || told.get("to") === me;
  if (!isMine) await forward();
  tell(said(isMine ? "saved" : "handed-on"));
}

document.addEventListener("submit", (event) => {
  const item = question().dataset.item;
  if (event.target.id === "comment-form") {
    event.preventDefault();
    const field = $("#comment");
    if (!field.value.trim()) return;
    act(async () => {
      const kept = await ask("/queue/comment", { body: { item_id: item, text: field.value.trim() } });
      const line = document.createElement("li");
      const who = document.createElement("strong");
      who.textContent = kept.who;
      line.append(who, ` ${kept.text}`);
      $("#comments").append(line);
      field.value = "";
      question().focus();
    });
  } else if (event.target.id === "assign-form") {
    event.preventDefault();
    act(() => handOn(item, new FormData(event.target), event.target.dataset.me));
  }
});

$("#always-clear").addEventListener("change", (event) => ask("/queue/habit", { body: { always_clear: event.target.checked } }));

// Held as long as somebody is at it: whoever left the page open and went away holds nothing, and his session ends.
let touchedAt = Date.now();
for (const sign of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(sign, () => { touchedAt = Date.now(); }, { passive: true });
setInterval(() => {
  const item = question().dataset.item;
  const isAtIt = document.visibilityState === "visible" && Date.now() - touchedAt <= HOLD_EVERY;
  if (item && isAtIt) ask("/queue/hold", { body: { item_id: item } }).catch(() => {});
}, HOLD_EVERY);
put(stage.innerHTML);
const before = await wasItSaved();
if (before?.isSaved) tell(said("was-saved"));
else if (before) {
  const isHere = await again(before.item).then(() => true, () => false);
  tell(said(isHere ? "was-not-saved" : "was-not-saved-gone"), { bad: true });
}
if (question().dataset.item && !ahead) fetchAhead();
document.body.dataset.ready = "true";
