package org.resnext4j.evaluation;

import java.util.List;

/** Lists in messages. */
public final class Lists {

  private static final int SHOWN = 5;

  private Lists() {}

  /** The first few, and how many more there are. */
  public static String some(List<String> items) {
    String shown = String.join(", ", items.subList(0, Math.min(SHOWN, items.size())));
    return items.size() > SHOWN ? shown + " and " + (items.size() - SHOWN) + " more" : shown;
  }
}
