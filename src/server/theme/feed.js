(function () {
  "use strict";
  // Without a script there is nothing that could copy, so the button shows only with one.
  Array.prototype.forEach.call(document.querySelectorAll("button[data-copy]"), function (button) {
    var field = document.getElementById(button.getAttribute("data-copy"));
    var said = document.querySelector("[role=status]");
    if (!field) return;
    function say(done) {
      if (!done) { field.focus(); field.select(); }
      if (said) said.textContent = button.getAttribute(done ? "data-done" : "data-failed");
    }
    function byHand() {
      field.focus();
      field.select();
      var done = false;
      try { done = document.execCommand("copy"); } catch (error) { done = false; }
      if (done) button.focus();
      say(done);
    }
    button.hidden = false;
    field.addEventListener("focus", function () { field.select(); });
    button.addEventListener("click", function () {
      // Only secure addresses have a clipboard.
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(field.value).then(function () { say(true); }, byHand);
      } else {
        byHand();
      }
    });
  });
})();
