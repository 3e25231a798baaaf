package org.resnext4j.evaluation.board;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them, the same on every machine. */
final class Numbers {

  private Numbers() {}

  /** As short as it was written. */
  static String plain(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** With one decimal at least: a published 23.0 is not 23. */
  static String published(double value) {
    return Double.toString(value);
  }

  /** Two decimals; small values four significant digits. */
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
