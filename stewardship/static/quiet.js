// Who dictates, or has a reader that takes letters for itself, answers with the buttons alone: kept in this browser.

const QUIET = "hub.quiet-keys";
const box = document.querySelector("#quiet-keys");

export const isQuiet = () => localStorage.getItem(QUIET) === "yes";

box.checked = isQuiet();
box.addEventListener("change", () => localStorage.setItem(QUIET, box.checked ? "yes" : ""));
