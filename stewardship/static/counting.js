// How many questions are left, and how many were answered today, at the head of the page.

const left = document.querySelector("#left");
const done = document.querySelector("#done");

export function oneLess(change) {
  left.dataset.count = Math.max(0, Number(left.dataset.count) - change);
  left.textContent = left.dataset.says.replace("{}", Number(left.dataset.count).toLocaleString("en"));
}

export function countDone(count) {
  done.dataset.count = Math.max(0, count);
  done.textContent = done.dataset.says.replace("{}", done.dataset.count);
}

export const oneUndone = () => countDone(Number(done.dataset.count) - 1);
