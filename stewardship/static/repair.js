// Splitting a customer: records are dragged to the ones that go, or ticked, or moved by key; all three are the same.

const stays = document.querySelector("#stays");
const leaves = document.querySelector("#leaves");
const away = leaves?.querySelector("tbody");
const told = document.querySelector("#moved");
const STARTS_AFTER = 5; // pixels that a press has to travel to be a drag and no click
const EDGE = 70; // pixels from the window's edge within which it scrolls
const FASTEST = 18; // pixels a frame

const rows = () => [...document.querySelectorAll("tr[data-id]")];
const goes = (row) => row.parentElement === away;

function place(row, leaving) {
  if (goes(row) === leaving) return;
  row.querySelector('input[name="records"]').checked = leaving;
  (leaving ? away : stays).append(row);
  leaves.classList.toggle("empty", away.children.length === 0);
  told.textContent = told.dataset[leaving ? "saysGoes" : "saysStays"].replace("{}", row.dataset.id);
}

// A row in the hand: a copy follows the pointer, the row stays where it is until it is let go over the other list.
class Drag {
  constructor(row, event) {
    this.row = row;
    this.pointer = event.pointerId;
    this.from = { x: event.clientX, y: event.clientY };
    this.at = this.from;
    this.ghost = null;
    document.body.classList.add("dragging");
  }

  moved(event) {
    this.at = { x: event.clientX, y: event.clientY };
    if (!this.ghost && Math.hypot(this.at.x - this.from.x, this.at.y - this.from.y) < STARTS_AFTER) return;
    if (!this.ghost) this.lift();
    this.show();
  }

  lift() {
    this.ghost = document.createElement("div");
    this.ghost.className = "ghost";
    this.ghost.setAttribute("aria-hidden", "true");
    this.ghost.textContent = this.row.dataset.id;
    document.body.append(this.ghost);
    this.row.classList.add("dragged");
    this.scrolling = requestAnimationFrame(() => this.scroll());
  }

  show() {
    this.ghost.style.transform = `translate(${this.at.x + 12}px, ${this.at.y + 12}px)`;
    const over = this.over();
    leaves.classList.toggle("over", over === "leaves" && !goes(this.row));
    stays.classList.toggle("over", over === "stays" && goes(this.row));
  }

  over() {
    const under = document.elementFromPoint(this.at.x, this.at.y);
    if (under?.closest("#leaves")) return "leaves";
    return under?.closest("#split") ? "stays" : null;
  }

  scroll() {
    if (!this.ghost) return;
    const low = this.at.y - (window.innerHeight - EDGE);
    const high = EDGE - this.at.y;
    const step = low > 0 ? low : high > 0 ? -high : 0;
    if (step) {
      window.scrollBy(0, Math.max(-FASTEST, Math.min(FASTEST, step / 3)));
      this.show();
    }
    this.scrolling = requestAnimationFrame(() => this.scroll());
  }

  end({ dropped }) {
    const over = this.ghost && dropped ? this.over() : null;
    cancelAnimationFrame(this.scrolling);
    this.ghost?.remove();
    document.body.classList.remove("dragging");
    this.row.classList.remove("dragged");
    for (const list of [leaves, stays]) list.classList.remove("over");
    if (over) place(this.row, over === "leaves");
  }
}

if (leaves) {
  let drag = null;

  // A mouse may take a row anywhere but at a link or a field; a finger takes the handle, so that it can still scroll.
  document.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("tr[data-id]");
    const handle = event.target.closest(".handle");
    if (!row || drag || event.button !== 0) return;
    if (!handle && (event.pointerType !== "mouse" || event.target.closest("a, button, input, label"))) return;
    event.preventDefault();
    handle?.focus();
    drag = new Drag(row, event);
    row.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag?.pointer === event.pointerId) drag.moved(event);
  });
  for (const [name, dropped] of [["pointerup", true], ["pointercancel", false]]) {
    document.addEventListener(name, (event) => {
      if (drag?.pointer !== event.pointerId) return;
      drag.end({ dropped });
      drag = null;
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) {
      drag.end({ dropped: false });
      drag = null;
    }
    const handle = event.target.closest?.(".handle");
    if (!handle || !["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const row = handle.closest("tr");
    place(row, event.key === "ArrowDown" ? true : event.key === "ArrowUp" ? false : !goes(row));
    handle.focus();
  });

  document.addEventListener("change", (event) => {
    if (event.target.name !== "records") return;
    place(event.target.closest("tr"), event.target.checked);
    event.target.focus();
  });

  document.querySelector("#suggested")?.addEventListener("click", (event) => {
    const going = new Set(JSON.parse(event.target.dataset.records));
    for (const row of rows()) place(row, going.has(row.dataset.id));
  });
  document.body.dataset.ready = "true";
}
