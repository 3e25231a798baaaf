package org.resnext4j.evaluation.board;

/** Text inside HTML. */
final class Html {

  private Html() {}

  /** Text as the content of an element or the value of a quoted attribute. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
