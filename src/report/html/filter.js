(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  var box = document.getElementById("filter");
  var parts = document.querySelectorAll("[data-part]");
  if (!box) { return; }
  box.addEventListener("input", function () {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    parts.forEach(function (part) {
      var text = part.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      part.classList.toggle("hidden", !fits);
    });
  });
})();
