// An answer on its way: which one it is outlives a reload, so that the page can say afterwards whether it was saved.
import { ask } from "/static/hub.js";

const PENDING = "hub.pending"; // ids only

export const sent = (decision, item) => localStorage.setItem(PENDING, JSON.stringify({ decision, item }));
export const settled = () => localStorage.removeItem(PENDING);

// Gives whether the answer from before the reload was saved, and which question it was about; null where none was on its
// way, or nobody knows yet.
export async function wasItSaved() {
  const pending = JSON.parse(localStorage.getItem(PENDING) ?? "null");
  if (!pending) return null;
  let isSaved = true;
  try {
    await ask(`/queue/decision/${pending.decision}`, { method: "GET" });
  } catch (failure) {
    if (failure.status !== 404) return null;
    isSaved = false;
  }
  settled();
  return { isSaved, item: pending.item };
}
