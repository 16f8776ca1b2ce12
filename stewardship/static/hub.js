// What every page can do: ask the desk with this session's token, and take masks off.
import "/static/back.js";

const token = document.querySelector('meta[name="csrf"]').content;

// On a narrow screen the navigation is one line that scrolls: where one is should be seen.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Sends JSON (or nothing) and gives the answer's JSON; a refusal is an Error with the status and the desk's words.
export async function ask(path, { method = "POST", body = undefined } = {}) {
  const answer = await fetch(path, {
    method,
    headers: { Accept: "application/json", "X-CSRF-Token": token, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) window.location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  if (!answer.ok) throw Object.assign(new Error(told?.detail ?? answer.statusText), { status: answer.status });
  return told;
}

const AGAIN = 10_000; // milliseconds within which the same form with the same content is a second click
const sent = new WeakMap();

// A double click sends a form twice, and the desk would do twice what it asks.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const before = sent.get(form);
  const now = { content: new URLSearchParams(new FormData(form, event.submitter)).toString(), at: performance.now() };
  if (before?.content === now.content && now.at - before.at < AGAIN) event.preventDefault();
  else sent.set(form, now);
});
window.addEventListener("pageshow", (event) => { if (event.persisted) for (const form of document.forms) sent.delete(form); });

// Says how many there are in the words of data-KEY, or of data-KEY-one where there is one.
export function counted(words, key, count) {
  return count === 1 ? words[`${key}One`] : words[key].replace("{}", count);
}

let hiding = 0;

// Says what became of something, in #told: good news goes after a while, bad news stays until the next.
export function tell(text, { again = null, says = "", bad = false } = {}) {
  const box = document.querySelector("#told");
  clearTimeout(hiding);
  box.hidden = false;
  box.className = bad ? "told bad" : "told";
  box.textContent = text;
  if (!bad) hiding = setTimeout(() => { box.hidden = true; }, 6000);
  if (!again) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = says;
  button.addEventListener("click", again);
  box.append(" ", button);
}

// Puts clear values into every [data-customer][data-column] and [data-record][data-column] of these ids.
export async function reveal({ customers = [], records = [], reason = null }) {
  const clear = await ask("/reveal", { body: { customers, records, reason } });
  for (const [kind, rows] of [["customer", clear.customers], ["record", clear.records]]) {
    for (const place of document.querySelectorAll(`[data-${kind}][data-column]`)) {
      const value = rows[place.dataset[kind]]?.[place.dataset.column];
      if (value === undefined || value === null) continue; // nothing to show stays what the page says of nothing
      place.textContent = Array.isArray(value) ? value.join(" · ") : value;
      place.classList.remove("masked");
    }
  }
  return clear;
}

const AT_ONCE = 50; // customers, and records, that one request may ask for

// Shows all that is masked on the page, each customer and record on record.
async function revealListed() {
  const ids = (kind) => [...new Set([...document.querySelectorAll(`.masked[data-${kind}]`)].map((place) => place.dataset[kind]))];
  const customers = ids("customer");
  const records = ids("record");
  for (let from = 0; from < Math.max(customers.length, records.length); from += AT_ONCE) {
    await reveal({ customers: customers.slice(from, from + AT_ONCE), records: records.slice(from, from + AT_ONCE) });
  }
}

// A button with data-reveal-customer or data-reveal-record shows what it names, one with data-reveal-listed the page.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-reveal-customer], [data-reveal-record], [data-reveal-listed]");
  if (!button) return;
  const { revealCustomer, revealRecord, revealListed: isAll } = button.dataset;
  button.disabled = true;
  try {
    if (isAll !== undefined) await revealListed();
    else await reveal({ customers: revealCustomer ? [revealCustomer] : [], records: revealRecord ? [revealRecord] : [] });
  } catch (failure) {
    button.disabled = false;
    button.title = failure.message;
  }
});
