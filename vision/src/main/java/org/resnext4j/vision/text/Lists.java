package org.resnext4j.vision.text;

import java.util.List;

/** Formats lists of names for messages. */
public final class Lists {

  private static final int SHOWN = 5;

  private Lists() {}

  /**
   * Returns the first five items and the number of the others: {@code a, b, c, d, e and 7 more}.
   */
  public static String some(List<String> items) {
    String shown = String.join(", ", items.subList(0, Math.min(SHOWN, items.size())));
    return items.size() > SHOWN ? shown + " and " + (items.size() - SHOWN) + " more" : shown;
  }
}
