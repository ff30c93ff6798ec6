"use strict";
// A value carries data-c, the number of its claim; the words of the text carry data-c with the numbers of every claim
// that they are evidence for. The text was cut into pieces by code point before it came here: no offset is computed.
(() => {
  const root = document.documentElement;
  const setLanguage = (name) => {
    root.dataset.ui = root.lang = name;
    root.dir = name === "ar" ? "rtl" : "ltr";
  };
  setLanguage((navigator.language || "en").startsWith("ar") ? "ar" : "en");
  document.getElementById("ui").addEventListener("click", () => setLanguage(root.dataset.ui === "ar" ? "en" : "ar"));

  let pinned = null;
  const claims = (element) => (element.dataset.c || "").split(" ").filter(Boolean);
  const clear = () => {
    for (const element of document.querySelectorAll(".on, .focus")) element.classList.remove("on", "focus");
    for (const element of document.querySelectorAll("[aria-pressed=true]")) element.setAttribute("aria-pressed", "false");
  };
  const card = (words) => document.getElementById(words.dataset.e.split(" ")[0]);
  const show = (element) => {
    clear();
    const wanted = new Set(claims(element));
    const reading = element.closest(".reading");
    const words = [];
    for (const other of reading.querySelectorAll("[data-c]")) {
      if (!claims(other).some((c) => wanted.has(c))) continue;
      other.classList.add("on");
      if (other.matches(".m")) words.push(other);
    }
    reading.querySelector(".text").classList.add("focus");
    if (element.matches(".m")) card(element)?.classList.add("on");
    if (element === pinned && element.hasAttribute("aria-pressed")) element.setAttribute("aria-pressed", "true");
    return words;
  };
  const reveal = (element) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  };
  const rest = () => (pinned ? show(pinned) : clear());

  document.addEventListener("pointerover", (event) => {
    const element = event.target.closest("[data-c]");
    if (element) show(element);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.target.closest("[data-c]")) rest();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-c]")) show(event.target);
  });
  document.addEventListener("focusout", rest);
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-c]");
    if (!element || pinned === element) {
      pinned = null;
      clear();
      return;
    }
    pinned = element;
    const words = show(element);
    const target = element.matches(".m") ? card(element) : words[0];
    if (target) reveal(target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { pinned = null; clear(); }
  });
})();
