// A classic script, so that it runs before the first paint: light, dark, or as the system says.
(function () {
  "use strict";
  const KEY = "mailtide-theme";
  const root = document.documentElement;

  function kept() {
    try {
      return localStorage.getItem(KEY) || "";
    } catch (refused) {
      return "";
    }
  }

  function use(theme) {
    if (theme === "light" || theme === "dark") {
      root.dataset.theme = theme;
    } else {
      delete root.dataset.theme;
    }
    window.dispatchEvent(new Event("mailtide-theme"));
  }

  use(kept());
  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.getElementById("theme");
    choice.value = root.dataset.theme || "";
    choice.addEventListener("change", () => {
      try {
        localStorage.setItem(KEY, choice.value);
      } catch (refused) {
        // Then it holds for this page alone.
      }
      use(choice.value);
    });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => use(kept()));
})();
