// The answer to a form has no address of its own: who went back to it would see an error of the browser's. So it takes the
// address of the page that it belongs to, and what was looked for on that page is looked for again.
const belongsTo = document.querySelector('meta[name="belongs-to"]');
const form = document.querySelector("form[data-again]");

if (belongsTo) {
  const { csrf, ...lookedFor } = form ? Object.fromEntries(new FormData(form)) : {};
  history.replaceState(form ? { lookedFor } : null, "", belongsTo.content);
} else if (form && history.state?.lookedFor) {
  for (const [name, value] of Object.entries(history.state.lookedFor)) form.elements[name].value = value;
  history.replaceState(null, "");
  form.requestSubmit();
}
