"use strict";
const place = document.getElementById("swagger-ui");
window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  filter: true,
  // the validator is another host's
  validatorUrl: null,
});
