// Better with a little script: an address is copied by a button, a picture opens in its place.
// Without it, the address stands there to be selected, and the picture is a link.
"use strict";

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // No clipboard on a page without TLS: the old way still works there.
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const done = await copy(field);
    document.getElementById("copied").textContent = done ? `Copied: ${field.value}` : "Press Ctrl-C to copy.";
  });
}

// Other hosts see a reader only when the reader asks: an <img> in the page would be loaded at once without script.
for (const link of document.querySelectorAll("a.picture")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const list = link.closest("ul");
    const open = list.nextElementSibling?.matches(".thumbnail") ? list.nextElementSibling : null;
    link.setAttribute("aria-expanded", String(!open));
    if (open) {
      open.remove();
      return;
    }
    const image = new Image();
    image.className = "thumbnail";
    image.alt = "";
    image.referrerPolicy = "no-referrer";
    image.src = link.href;
    list.after(image);
  });
}
