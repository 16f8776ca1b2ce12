// Many alike questions at once: not before there was time to look, and only for as many as were counted.
import { ask, counted, tell } from "/static/hub.js";

const form = document.querySelector("#batch");

if (form) {
  const typed = document.querySelector("#typed");
  const wait = document.querySelector("#wait");
  let isSaving = false;
  const began = performance.now();
  const look = Number(form.dataset.look);
  const chosen = () => [...form.querySelectorAll("[data-item]")].filter((line) => line.querySelector(".include").checked);

  const refresh = () => {
    const left = Math.ceil(look - (performance.now() - began) / 1000);
    wait.textContent = left > 0 ? counted(form.dataset, "saysWait", left) : "";
    const count = chosen().length;
    document.querySelector("#chosen").textContent = count;
    for (const button of form.querySelectorAll("button[name=verdict]")) button.disabled = left > 0 || count === 0 || Number(typed.value) !== count;
  };
  const clock = setInterval(refresh, 500);
  form.addEventListener("input", refresh);
  // Return in the field would press the first button: which answer is meant is said by pressing one.
  typed.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  refresh();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const lines = chosen();
    if (isSaving) return;
    isSaving = true;
    try {
      const done = await ask("/bulk/answer", { body: {
        batch_id: crypto.randomUUID(),
        verdict: event.submitter.value,
        shown_at: form.dataset.shownAt,
        proof: form.dataset.proof,
        shown: [...form.querySelectorAll("[data-item]")].map((line) => line.dataset.item),
        answered: Object.fromEntries(lines.map((line) => [line.dataset.item, line.dataset.seen])),
        typed: Number(typed.value),
      } });
      clearInterval(clock);
      form.querySelector(".bulk-answer").remove();
      const left = done.left.length ? ` ${counted(form.dataset, "saysLeft", done.left.length)}` : "";
      tell(counted(form.dataset, "saysDone", done.saved) + left, { bad: done.left.length > 0, says: form.dataset.saysBack, again: () => location.assign("/bulk") });
    } catch (failure) {
      isSaving = false;
      tell(failure.message, { bad: true });
    }
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-undo-batch]");
  if (!button) return;
  button.disabled = true;
  try {
    await ask("/bulk/undo", { body: { batch_id: button.dataset.undoBatch } });
    location.reload();
  } catch (failure) {
    tell(failure.message, { bad: true });
  }
});
