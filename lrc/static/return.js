// Sends the answer of the picker back to the platform, which waits for a form; without scripts the button does.
document.getElementById("return").submit();
