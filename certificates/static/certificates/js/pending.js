// Reloads the page until the certificate is there; a person may reload it as well.
setTimeout(() => location.reload(), 3000);
