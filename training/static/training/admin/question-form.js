// Shows only the fields of the question's kind. Without it all are shown, and all still work.
const select = document.querySelector('select[name="kind"]');
const data = document.getElementById("question-kinds");

function panelOf(selector) {
  return document.querySelector(selector)?.closest("section.w-panel");
}

function show(element, isShown) {
  if (element) element.hidden = !isShown;
}

if (select && data) {
  const kinds = JSON.parse(data.textContent);
  const sections = document.querySelectorAll("[data-kind-parameters]");
  const parameters = data.closest("section.w-panel");
  const choices = panelOf("#id_choices-FORMS");
  const parts = panelOf("#id_parts-FORMS");
  const columns = ["text", "is_right", "match", "image", "alt", "feedback"];

  const update = () => {
    const kind = kinds[select.value];
    for (const section of sections) {
      show(section, section.dataset.kindParameters === select.value);
    }
    show(parameters, kind?.hasParameters);
    show(choices, kind?.choiceFields.length);
    show(parts, kind?.hasParts);
    // A style sheet hides the columns, so that it holds for rows added later, too.
    const unused = columns.filter((column) => !kind?.choiceFields.includes(column));
    choices?.setAttribute("data-unused", unused.join(" "));
  };

  select.addEventListener("change", update);
  update();
}
