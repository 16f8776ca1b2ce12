// Splitting a customer: records are dragged to the ones that go, or ticked; both are the same.

const stays = document.querySelector("#stays");
const leaves = document.querySelector("#leaves");
const away = leaves?.querySelector("tbody");

function place(row, goes) {
  const box = row.querySelector('input[name="records"]');
  box.checked = goes;
  (goes ? away : stays).append(row);
  leaves.hidden = away.children.length === 0;
}

if (leaves) {
  let dragged = null;
  const rows = () => document.querySelectorAll("tr[data-id]");
  document.addEventListener("change", (event) => {
    if (event.target.name !== "records") return;
    place(event.target.closest("tr"), event.target.checked);
    event.target.focus();
  });
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("tr[data-id]") ?? null;
    if (!dragged) return;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
    leaves.hidden = false;
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    leaves.hidden = away.children.length === 0;
    dragged = null;
  });
  for (const [target, goes] of [[leaves, true], [stays, false]]) {
    target.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      target.classList.add("over");
    });
    target.addEventListener("dragleave", () => target.classList.remove("over"));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.classList.remove("over");
      if (dragged) place(dragged, goes);
    });
  }
  document.querySelector("#suggested")?.addEventListener("click", (event) => {
    const going = new Set(event.target.dataset.records.split(" "));
    for (const row of [...rows()]) place(row, going.has(row.dataset.id));
  });
}
