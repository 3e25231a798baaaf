package org.resnext4j.cli.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Shows progress. On a terminal each line overwrites the previous one; other outputs get a plain
 * line at intervals.
 */
public final class ProgressLine implements AutoCloseable {

  private static final Duration MOVING = Duration.ofMillis(200);
  private static final Duration PLAIN = Duration.ofSeconds(10);
  private static final int BAR = 24;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongFunction<String> amount;
  private final String unit;
  private final long start = System.nanoTime();
  private long first = -1;
  private long lastShown = start;
  private boolean drawn;

  /**
   * Creates a progress line.
   *
   * @param out the output, usually the error stream, so that the results contain no progress
   * @param terminal whether the output is a terminal
   * @param amount formats an amount, such as {@code 12.3}
   * @param unit unit of the amount with a space before it, such as {@code " MB"}
   */
  public ProgressLine(PrintWriter out, boolean terminal, LongFunction<String> amount, String unit) {
    this.out = out;
    this.terminal = terminal;
    this.amount = amount;
    this.unit = unit;
  }

  /** Reports progress. Some reports are not printed. */
  public void show(long done, OptionalLong total) {
    if (first < 0) {
      first = done;
    }
    long now = System.nanoTime();
    if (now - lastShown < (terminal ? MOVING : PLAIN).toNanos()) {
      return;
    }
    lastShown = now;
    double rate = (done - first) / ((now - start) / 1e9);
    StringBuilder line = new StringBuilder(amount.apply(done));
    if (total.isPresent() && total.getAsLong() > 0) {
      double share = Math.min(1, (double) done / total.getAsLong());
      int filled = (int) (share * BAR);
      line.insert(0, "█".repeat(filled) + "░".repeat(BAR - filled) + "  ")
          .append(" of ")
          .append(amount.apply(total.getAsLong()))
          .append(unit)
          .append(String.format(Locale.ROOT, ", %.0f %%", 100 * share));
      if (rate > 0) {
        line.append(", ").append(time((total.getAsLong() - done) / rate)).append(" left");
      }
    } else {
      line.append(unit);
    }
    line.append(", ").append(amount.apply(Math.round(rate))).append(unit).append("/s");
    out.print(terminal ? "\r\033[K" + line : line + System.lineSeparator());
    out.flush();
    drawn = terminal;
  }

  private static String time(double seconds) {
    Duration left = Duration.ofSeconds(Math.round(seconds));
    return left.toHours() > 0
        ? "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart())
        : "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
  }

  /** Erases the line, so that other text can be printed. */
  public void clear() {
    if (drawn) {
      out.print("\r\033[K");
      out.flush();
      drawn = false;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
