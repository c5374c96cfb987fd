const pad = document.querySelector(".keypad");
const code = document.querySelector("#code");
const said = document.querySelector("[data-said]");
const picture = document.querySelector("[data-picture]");

async function enter() {
  const typed = code.value.trim();
  if (!typed) return;
  code.value = "";
  const answer = await fetch(`/doors/${pad.dataset.door}/keypad`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: typed }),
  });
  const told = await answer.json();
  said.textContent = told.words;
  said.dataset.how = told.opened ? "yes" : told.synced ? "sync" : "no";
  picture.dataset.open = String(told.opened);
  picture.setAttribute("aria-label", told.opened ? "開いています" : "閉まっています");
  setTimeout(() => location.reload(), told.opened ? 5000 : 2500);
}

pad.addEventListener("submit", (event) => {
  event.preventDefault();
  enter();
});
for (const button of pad.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => {
    const key = button.dataset.key;
    if (key === "✓") enter();
    else if (key === "消す") code.value = code.value.slice(0, -1);
    else code.value += key;
  });
}
