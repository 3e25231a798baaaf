package org.resnext4j.evaluation.board;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Formats numbers for readers in the same way on every machine. */
final class Numbers {

  private Numbers() {}

  /** The shortest decimal form. */
  static String plain(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** The shortest form with at least one decimal: a published 23.0 is not 23. */
  static String published(double value) {
    return Double.toString(value);
  }

  /** Two decimals; four significant digits for values below 1. */
  static String rounded(double value) {
    if (value != 0 && Math.abs(value) < 1) {
      return new BigDecimal(value)
          .round(new MathContext(4, RoundingMode.HALF_EVEN))
          .stripTrailingZeros()
          .toPlainString();
    }
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
