package org.resnext4j.evaluation.board;

/** Escapes text for HTML. */
final class Html {

  private Html() {}

  /** Escapes text for the content of an element or the value of a quoted attribute. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
