// The page of decisions: take one back, approve or refuse a colleague's, set which ones wait for a second steward.
import { ask, tell } from "/static/hub.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-undo], [data-second]");
  if (!button) return;
  button.disabled = true;
  try {
    if (button.dataset.undo) await ask("/queue/undo", { body: { decision_id: button.dataset.undo, undo_id: crypto.randomUUID() } });
    else await ask("/judgements/second", { body: { decision_id: button.dataset.second, approve: Boolean(button.dataset.approve) } });
    location.reload();
  } catch (failure) {
    button.disabled = false;
    tell(failure.message, { bad: true });
  }
});

document.querySelector("#four-eyes")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = new FormData(event.target);
  const bill = chosen.get("bill_from");
  try {
    await ask("/judgements/four-eyes", { body: { kinds: chosen.getAll("kinds"), bill_from: bill === "" ? null : Number(bill) } });
    location.reload();
  } catch (failure) {
    tell(failure.message, { bad: true });
  }
});
