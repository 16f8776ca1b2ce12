// Customers who share a number: more of them, or those who fit a text. Whoever is ticked stays listed, and first.
import { ask, counted, tell } from "/static/hub.js";

const WAITS = 250; // milliseconds without a key before the text is looked for
let pending = 0;
let latest = 0;

const rows = () => [...document.querySelectorAll("#sharers tr[data-customer]")];
const isTicked = (row) => row.querySelector('input[name="keeps"]').checked;

async function list({ more }) {
  const place = document.querySelector("#sharers");
  const question = document.querySelector("#question");
  const mine = ++latest;
  const text = document.querySelector("#find-sharers").value;
  const after = more ? Number(place.dataset.listed ?? rows().length) : 0;
  const told = await ask("/queue/sharers", { body: { item_id: question.dataset.item, text, after, clear: Boolean(question.dataset.clear) } });
  if (mine !== latest || !place.isConnected) return;
  const found = document.createElement("tbody");
  found.innerHTML = told.html;
  const came = [...found.querySelectorAll("tr[data-customer]")];
  if (!more) for (const row of rows()) if (!isTicked(row)) row.remove();
  const there = new Set(rows().map((row) => row.dataset.customer));
  place.append(...came.filter((row) => !there.has(row.dataset.customer)));
  place.dataset.listed = after + came.length;
  const left = document.querySelector("#sharers-left");
  left.textContent = told.more ? counted(left.dataset, "says", told.more) : "";
  document.querySelector("#more-sharers").hidden = told.more === 0;
}

const listed = (wanted) => list(wanted).catch((failure) => tell(failure.message, { bad: true }));

document.addEventListener("input", (event) => {
  if (event.target.id !== "find-sharers") return;
  clearTimeout(pending);
  pending = setTimeout(() => listed({ more: false }), WAITS);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#more-sharers")) listed({ more: true });
});
